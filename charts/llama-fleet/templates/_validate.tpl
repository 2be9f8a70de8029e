{{/*
What the schema cannot say: values that do not fit together.
Takes: $
*/}}
{{- define "fleet.validate" -}}
{{- $services := include "fleet.services" . | fromYaml }}
{{- range $name, $service := $services }}
  {{- if has $name (list "gateway" "gateway-metrics" "postgres" "models" "hooks") }}
    {{- fail (printf "services.%s: this name is the chart's own; choose another, and say which it is by `api`" $name) }}
  {{- end }}
  {{- if and $service.database (not $.Values.postgres.embedded) (not $.Values.postgres.existing_secret) }}
    {{- fail (printf "services.%s.config names DATABASE_URL: give postgres.existing_secret, or let postgres.embedded be true" $name) }}
  {{- end }}
  {{- if and $service.data $service.several (ne ($service.data.access_mode | default "ReadWriteOnce") "ReadWriteMany") }}
    {{- fail (printf "services.%s.data.access_mode: several pods need ReadWriteMany, or what they keep in a place of its own" $name) }}
  {{- end }}
  {{- if and $service.gpu.claim (semverCompare "<1.34-0" $.Capabilities.KubeVersion.Version) }}
    {{- fail (printf "services.%s.gpu.claim: needs Kubernetes 1.34; use gpu.count" $name) }}
  {{- end }}
  {{- include "fleet.validate.scaling" (dict "path" (printf "services.%s" $name) "scaling" $service.autoscaling) }}
{{- end }}
{{- include "fleet.validate.scaling" (dict "path" "gateway" "scaling" (include "fleet.gateway" . | fromYaml).autoscaling) }}
{{- if and .Values.models.adapters (not .Values.models.cache) }}
  {{- fail "models.adapters: adapters are on the volume models.cache, which is not there" }}
{{- end }}
{{- if .Values.gateway.tls }}
  {{- fail "gateway.tls: names files of one machine; in a cluster give gateway.tls_secret" }}
{{- end }}
{{- if and .Values.gateway.gateway_api.enabled (not .Values.gateway.gateway_api.parents) }}
  {{- fail "gateway.gateway_api.parents: name the Gateways that route to us" }}
{{- end }}
{{- end }}

{{/*
Takes: dict "path" <of the section> "scaling" <autoscaling>
*/}}
{{- define "fleet.validate.scaling" -}}
{{- $scaling := .scaling }}
{{- if ne $scaling.kind "none" }}
  {{- if gt (int $scaling.min) (int $scaling.max) }}
    {{- fail (printf "%s.autoscaling.min: is more than max" .path) }}
  {{- end }}
  {{- if and (eq $scaling.kind "hpa") (lt (int $scaling.min) 1) }}
    {{- fail (printf "%s.autoscaling.min: only KEDA goes down to 0" .path) }}
  {{- end }}
  {{- if not (or $scaling.cpu (and (eq $scaling.kind "hpa") $scaling.metrics) (and (eq $scaling.kind "keda") $scaling.triggers)) }}
    {{- fail (printf "%s.autoscaling: has no signal; give cpu, metrics (hpa) or triggers (keda)" .path) }}
  {{- end }}
  {{- if and (eq $scaling.kind "keda") (lt (int $scaling.min) 1) (not $scaling.triggers) }}
    {{- fail (printf "%s.autoscaling.triggers: a pod that is not there uses no CPU; to come up from 0 another signal is needed" .path) }}
  {{- end }}
{{- end }}
{{- end }}
