{{/*
How a program of a service is started: with its secrets, if it has any, as environment variables.
Takes: dict "service" <service> "program" <module and arguments, a list>
*/}}
{{- define "fleet.command" -}}
{{- if or .service.secrets .service.database }}
command: {{ concat (list "python" "-m" "fleet_cli.secret_files" "/etc/fleet/secrets") .program | toJson }}
{{- else }}
command: {{ concat (list "python" "-m") .program | toJson }}
{{- end }}
{{- end }}

{{/*
What all programs of a service find in their environment.
Takes: dict "root" $ "name" <service's name> "service" <service>
*/}}
{{- define "fleet.environment" -}}
env:
  - {name: FLEET_SERVICE, value: {{ .name }}}
  - {name: FLEET_LOG_LEVEL, value: {{ .service.log_level }}}
  - {name: FLEET_DRAIN_SECONDS, value: {{ .service.drain | quote }}}
  - {name: HOME, value: /tmp}
  - {name: LLAMA_HOME, value: /var/lib/llama}
  - {name: OMP_WAIT_POLICY, value: PASSIVE}
  - {name: PYTHONDONTWRITEBYTECODE, value: "1"}
  {{- if .service.fact.websockets }}
  - {name: FLEET_WEBSOCKET_LISTEN, value: "[::]:8081"}
  {{- end }}
  {{- if .service.data }}
  - {name: FLEET_DATA, value: /var/lib/fleet}
  {{- end }}
  {{- if .root.Values.auth }}
  - {name: FLEET_AUTH, value: /etc/fleet/auth.yaml}
  {{- end }}
  {{- with .root.Values.monitoring.otlp }}
  - {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }}}
  {{- end }}
  {{- range $name, $value := .service.env }}
  - {name: {{ $name }}, value: {{ $value | quote }}}
  {{- end }}
{{- with .service.env_from }}
envFrom: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The files that all programs of a service read: its config, and who may do what in the whole fleet.
Takes: dict "root" $ "service" <service>
*/}}
{{- define "fleet.configs" -}}
config.yaml: |
  {{- toYaml .service.config | nindent 2 }}
{{- with .root.Values.auth }}
auth.yaml: |
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
What all programs of a service find mounted.
Takes: dict "root" $ "service" <service> "fetching" <whether models are written>
*/}}
{{- define "fleet.mounts" -}}
volumeMounts:
  - {name: config, mountPath: /etc/fleet/config.yaml, subPath: config.yaml, readOnly: true}
  {{- if .root.Values.auth }}
  - {name: config, mountPath: /etc/fleet/auth.yaml, subPath: auth.yaml, readOnly: true}
  {{- end }}
  - {name: tmp, mountPath: /tmp}
  {{- if or .service.secrets .service.database }}
  - {name: secrets, mountPath: /etc/fleet/secrets, readOnly: true}
  {{- end }}
  {{- if .service.models }}
  - {name: home, mountPath: /var/lib/llama}
  - {name: models, mountPath: /var/lib/llama/models, subPath: models, readOnly: {{ not .fetching }}}
  {{- if and .root.Values.models.cache .root.Values.models.adapters }}
  - {name: models, mountPath: /var/lib/llama/adapters, subPath: adapters, readOnly: true}
  {{- end }}
  {{- end }}
  {{- if .service.data }}
  - {name: data, mountPath: /var/lib/fleet}
  {{- end }}
  {{- with .service.volume_mounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/*
The volumes behind these.
Takes: dict "root" $ "name" <service's name> "service" <service> "config" <the ConfigMap with its config>
*/}}
{{- define "fleet.volumes" -}}
volumes:
  - {name: config, configMap: {name: {{ .config }}}}
  - {name: tmp, emptyDir: {}}
  {{- if or .service.secrets .service.database }}
  - name: secrets
    projected:
      sources:
        {{- if .service.database }}
        - secret:
            name: {{ .root.Values.postgres.existing_secret | default "postgres" }}
            items: [{key: DATABASE_URL, path: DATABASE_URL}]
        {{- end }}
        {{- range .service.secrets }}
        - secret: {name: {{ . }}}
        {{- end }}
  {{- end }}
  {{- if .service.models }}
  - {name: home, emptyDir: {}}
  {{- with .root.Values.models.cache }}
  - {name: models, persistentVolumeClaim: {claimName: {{ .existing_claim | default "models" }}}}
  {{- else }}
  - {name: models, emptyDir: {}}
  {{- end }}
  {{- end }}
  {{- with .service.data }}
  - {name: data, persistentVolumeClaim: {claimName: {{ .existing_claim | default $.name }}}}
  {{- end }}
  {{- with .service.volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/*
Requests and limits of a service's container, with its accelerators.
Takes: dict "service" <service>
*/}}
{{- define "fleet.resources" -}}
{{- $resources := deepCopy .service.resources }}
{{- if .service.gpu.claim }}
  {{- $_ := set $resources "claims" (list (dict "name" "devices")) }}
{{- else if gt (int .service.gpu.count) 0 }}
  {{- $_ := set $resources "limits" (merge (dict .service.gpu.resource (int .service.gpu.count)) ($resources.limits | default dict)) }}
{{- end }}
resources: {{- toYaml $resources | nindent 2 }}
{{- end }}
