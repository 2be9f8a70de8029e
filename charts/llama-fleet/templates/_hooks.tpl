{{/*
When a hook runs, and that it leaves nothing behind.
Takes: dict "when" <pre-install,…> "weight" <its place among hooks>
*/}}
{{- define "fleet.hook" -}}
helm.sh/hook: {{ .when }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/*
How often and how long a hook's Job tries. What fails, fails the release: nothing hides it.
*/}}
{{- define "fleet.job" -}}
backoffLimit: 3
activeDeadlineSeconds: 900
ttlSecondsAfterFinished: 3600
{{- end }}
