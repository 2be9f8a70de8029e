{{/*
Where pods run, and what they are allowed: the beginning of every pod's spec. All pods keep the restricted profile.
Takes: dict "root" $ "component" <service, gateway, …> "pods" <pods> "class" <serving or working>
*/}}
{{- define "fleet.pod" -}}
{{- $pods := .pods }}
serviceAccountName: {{ .account | default .component }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with $pods.pull_secrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- if hasKey $pods "host_users" }}{{ if not (kindIs "invalid" $pods.host_users) }}
hostUsers: {{ $pods.host_users }}
{{- end }}{{ end }}
{{- if $pods.priority_class }}
priorityClassName: {{ $pods.priority_class }}
{{- else if .root.Values.priority_classes.create }}
priorityClassName: {{ include "fleet.priority" . }}
{{- end }}
{{- with $pods.runtime_class }}
runtimeClassName: {{ . }}
{{- end }}
{{- with $pods.node_selector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- $tolerations := $pods.tolerations }}
{{- if .gpu }}
  {{- $tolerations = append $tolerations (dict "key" (regexReplaceAll "/mig-.*" $pods.gpu.resource "/gpu") "operator" "Exists" "effect" "NoSchedule") }}
{{- end }}
{{- with $tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
How pods of a kind are kept apart.
Takes: as "fleet.pod"
*/}}
{{- define "fleet.apart" -}}
affinity:
{{- with .pods.affinity }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels: {{- include "fleet.selector" . | nindent 14 }}
{{- end }}
topologySpreadConstraints:
{{- with .pods.topology_spread }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels: {{- include "fleet.selector" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end }}

{{/*
The name of a priority class of the chart's own.
Takes: dict "root" $ "class" <serving or working>
*/}}
{{- define "fleet.priority" -}}
{{ .root.Release.Namespace }}-{{ .root.Release.Name }}-{{ .class }}
{{- end }}

{{/*
What a container may do. All keep the restricted profile.
*/}}
{{- define "fleet.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/*
Image and confinement of a container of ours.
Takes: dict "root" $ "pods" <pods> "name" <the image's name if the values have none>
*/}}
{{- define "fleet.container" -}}
image: {{ include "fleet.image" (dict "root" .root "image" .pods.image "name" .name) }}
imagePullPolicy: {{ .pods.image.pull_policy }}
{{ include "fleet.confined" . }}
{{- end }}

{{/*
How many pods there are, and how they are replaced.
Takes: as "fleet.pod"
*/}}
{{- define "fleet.rollout" -}}
{{- if eq .pods.autoscaling.kind "none" }}
replicas: {{ int .pods.replicas }}
{{- end }}
revisionHistoryLimit: 3
minReadySeconds: {{ int .pods.min_ready_seconds }}
progressDeadlineSeconds: {{ add (int .pods.startup_seconds) 300 }}
strategy:
{{- if and .pods.data (ne (.pods.data.access_mode | default "ReadWriteOnce") "ReadWriteMany") }}
  type: Recreate # The new pod could not mount what the old one has.
{{- else }}
  type: RollingUpdate
  rollingUpdate: {maxSurge: {{ int .pods.surge }}, maxUnavailable: {{ ternary 0 1 (gt (int .pods.surge) 0) }}}
{{- end }}
selector:
  matchLabels: {{- include "fleet.selector" . | nindent 4 }}
{{- end }}

{{/*
Who scales a Deployment, and what drained nodes leave of it.
Takes: as "fleet.pod"
*/}}
{{- define "fleet.scaling" -}}
{{- $scaling := .pods.autoscaling }}
{{- $target := dict "apiVersion" "apps/v1" "kind" "Deployment" "name" .component }}
{{- $fewest := ternary (int .pods.replicas) (int $scaling.min) (eq $scaling.kind "none") }}
{{- if gt $fewest 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{- include "fleet.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .pods.max_unavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "fleet.selector" . | nindent 6 }}
{{- end }}
{{- if eq $scaling.kind "hpa" }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{- include "fleet.metadata" . | nindent 2 }}
spec:
  scaleTargetRef: {{- toYaml $target | nindent 4 }}
  minReplicas: {{ int $scaling.min }}
  maxReplicas: {{ int $scaling.max }}
  metrics:
    {{- with $scaling.cpu }}
    - type: Resource
      resource: {name: cpu, target: {type: Utilization, averageUtilization: {{ int . }}}}
    {{- end }}
    {{- with $scaling.metrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $scaling.behavior }}
  behavior: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- else if eq $scaling.kind "keda" }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{- include "fleet.metadata" . | nindent 2 }}
spec:
  scaleTargetRef: {{- toYaml $target | nindent 4 }}
  minReplicaCount: {{ int $scaling.min }}
  maxReplicaCount: {{ int $scaling.max }}
  pollingInterval: {{ int $scaling.poll_seconds }}
  cooldownPeriod: {{ int $scaling.cooldown_seconds }}
  {{- if $scaling.triggers }}
  # When signals are not to be had, nothing is taken away.
  fallback: {failureThreshold: 3, replicas: {{ max 1 (int $scaling.min) }}, behavior: currentReplicasIfHigher}
  {{- end }}
  {{- with $scaling.behavior }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior: {{- toYaml . | nindent 8 }}
  {{- end }}
  triggers:
    {{- with $scaling.cpu }}
    - type: cpu
      metricType: Utilization
      metadata: {value: {{ . | int | quote }}}
    {{- end }}
    {{- with $scaling.triggers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- end }}

{{/*
A claim of storage, unless it is there already.
Takes: dict "root" $ "component" <…> "name" <of the claim> "volume" <volume> "keep" <whether it outlives the release>
*/}}
{{- define "fleet.claim" -}}
{{- if not .volume.existing_claim }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "fleet.metadata" . | nindent 2 }}
  {{- if .keep }}
  annotations: {helm.sh/resource-policy: keep}
  {{- end }}
spec:
  accessModes: [{{ .volume.access_mode | default "ReadWriteOnce" }}]
  resources: {requests: {storage: {{ .volume.size | default "10Gi" }}}}
  {{- with .volume.storage_class }}
  storageClassName: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
