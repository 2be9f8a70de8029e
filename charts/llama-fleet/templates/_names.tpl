{{/*
The labels of one part of the fleet.
Takes: dict "root" $ "component" <service, gateway, …>
*/}}
{{- define "fleet.labels" -}}
{{ include "fleet.selector" . }}
app.kubernetes.io/part-of: {{ .root.Chart.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
The labels by which the pods of one part are found. They never change.
Takes: dict "root" $ "component" <service, gateway, …>
*/}}
{{- define "fleet.selector" -}}
{{ include "fleet.release" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/*
The labels by which all pods of the release are found.
Takes: $
*/}}
{{- define "fleet.release" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/*
Name, namespace and labels of an object. Names are those by which services call each other, so a namespace holds one fleet.
Takes: dict "root" $ "component" <service, gateway, …>, and "name" where the object's is another
*/}}
{{- define "fleet.metadata" -}}
name: {{ .name | default .component }}
namespace: {{ .root.Release.Namespace }}
labels: {{- include "fleet.labels" . | nindent 2 }}
{{- end }}

{{/*
The reference of an image.
Takes: dict "root" $ "image" <registry, repository, name, tag, digest> "name" <the image's name if it has none>
*/}}
{{- define "fleet.image" -}}
{{- $name := .image.name | default .name }}
{{- $released := ternary (get .root.Values.digests $name) "" (empty .image.tag) }}
{{- printf "%s/%s/%s:%s" (.root.Values.global.imageRegistry | default .image.registry) .image.repository $name (.image.tag | default .root.Chart.AppVersion) }}
{{- with .image.digest | default $released }}@{{ . }}{{ end }}
{{- end }}

{{/*
The same for the embedded database, whose repository is the whole name.
Takes: $
*/}}
{{- define "fleet.postgres.image" -}}
{{- $image := .Values.postgres.image }}
{{- printf "%s/%s:%s" (.Values.global.imageRegistry | default $image.registry) $image.repository $image.tag }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}
