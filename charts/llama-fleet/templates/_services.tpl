{{/*
All services by name, as YAML: each over the defaults, with what follows from its values:
  api        which API it serves
  fact       what is known of that API (files/facts.yaml)
  database   whether its config names the fleet's database
  hooked     whether its tables are there, so that a hook migrates them
  prepared   whether it keeps tables elsewhere, or the database comes up with it, so that each pod migrates them
  models     the models that its own engines run
  several    whether there may be more than one pod
Takes: $
*/}}
{{- define "fleet.services" -}}
{{- $facts := .Files.Get "files/facts.yaml" | fromYaml }}
{{- $services := dict }}
{{- range $name, $own := .Values.services }}
  {{- $service := mustMergeOverwrite (deepCopy $.Values.defaults) (deepCopy (default (dict) $own)) }}
  {{- $api := $service.api | default $name }}
  {{- $fact := get $facts.apis $api }}
  {{- if not $fact }}
    {{- fail (printf "services.%s.api: there is no API %q in this chart; there are %s" $name $api (keys $facts.apis | sortAlpha | join ", ")) }}
  {{- end }}
  {{- $config := $service.config | default (dict) }}
  {{- $stored := contains "\"DATABASE_URL\"" (toJson (get $config "store" | default dict)) }}
  {{- $external := not (empty $.Values.postgres.existing_secret) }}
  {{- $models := list }}
  {{- range $config.providers }}
    {{- $model := get (.config | default dict) "model" }}
    {{- if and (hasPrefix "inline::" .type) (kindIs "string" $model) (not (empty $model)) (not (hasPrefix "/" (toString $model))) }}
      {{- $models = append $models $model }}
    {{- end }}
  {{- end }}
  {{- $_ := set $service "api" $api }}
  {{- $_ := set $service "expose" ($service.expose | default false) }}
  {{- $_ := set $service "fact" $fact }}
  {{- $_ := set $service "config" $config }}
  {{- $_ := set $service "database" (contains "\"DATABASE_URL\"" (toJson $config)) }}
  {{- $_ := set $service "hooked" (and $fact.migrates $stored $external) }}
  {{- $_ := set $service "prepared" (and $fact.migrates (hasKey $config "store") (not (and $stored $external))) }}
  {{- $_ := set $service "models" (uniq $models) }}
  {{- $_ := set $service "several" (include "fleet.several" $service | eq "true") }}
  {{- $_ := set $services $name $service }}
{{- end }}
{{- toYaml $services }}
{{- end }}

{{/*
The gateway's pods over the defaults, as YAML.
Takes: $
*/}}
{{- define "fleet.gateway" -}}
{{- $gateway := mustMergeOverwrite (deepCopy .Values.defaults) (deepCopy .Values.gateway) }}
{{- $_ := set $gateway "several" (include "fleet.several" $gateway | eq "true") }}
{{- $_ := set $gateway "scheme" (ternary "https" "http" (not (empty $gateway.tls_secret))) }}
{{- toYaml $gateway }}
{{- end }}

{{/*
Whether there may be more than one pod.
Takes: pods
*/}}
{{- define "fleet.several" -}}
{{- if eq .autoscaling.kind "none" }}{{ gt (int .replicas) 1 }}{{ else }}{{ gt (int .autoscaling.max) 1 }}{{ end }}
{{- end }}

{{/*
Whether some service's config names the fleet's database.
Takes: services
*/}}
{{- define "fleet.database" -}}
{{- range . }}{{ if .database }}true{{ break }}{{ end }}{{ end }}
{{- end }}

{{/*
Whether the chart brings the database.
Takes: dict "root" $ "services" <services>
*/}}
{{- define "fleet.embedded" -}}
{{- $postgres := .root.Values.postgres }}
{{- if and (include "fleet.database" .services) $postgres.embedded (empty $postgres.existing_secret) }}true{{ end }}
{{- end }}

{{/*
Envoy's settings and routes: the file that `python -m fleet_gateway` reads.
Takes: dict "root" $ "services" <services>
*/}}
{{- define "fleet.gateway.file" -}}
{{- $facts := .root.Files.Get "files/facts.yaml" | fromYaml }}
{{- $file := dict }}
{{- range $facts.gateway_settings }}
  {{- if hasKey $.root.Values.gateway . }}{{ $_ := set $file . (get $.root.Values.gateway .) }}{{ end }}
{{- end }}
{{- $_ := set $file "address" (ternary "0.0.0.0" $file.address (hasPrefix "127." $file.address)) }}
{{- $_ := set $file "metrics" "0.0.0.0:9090" }}
{{- with .root.Values.gateway.tls_secret }}
  {{- $_ := set $file "tls" (dict "cert" "/etc/fleet/tls/tls.crt" "key" "/etc/fleet/tls/tls.key") }}
{{- end }}
{{- with .root.Values.auth }}{{ $_ := set $file "auth" . }}{{ end }}
{{- $routes := dict }}
{{- range $name, $service := .services }}
  {{- if and $service.expose (or (ne $service.autoscaling.kind "none") (gt (int $service.replicas) 0)) }}
    {{- $route := dict "api" $service.api "dns" (printf "%s:8080" $name) }}
    {{- if $service.fact.websockets }}{{ $_ := set $route "websockets" (list (printf "%s:8081" $name)) }}{{ end }}
    {{- $_ := set $routes $name $route }}
  {{- end }}
{{- end }}
{{- $_ := set $file "routes" $routes }}
{{- toYaml $file }}
{{- end }}
