"""Messages of `fleet.post_training.v1` from proto to JSON form and back. Written by `make gen`; do not edit."""

from msgspec import Raw

from fleet.post_training.v1 import messages as m
from fleet.post_training.v1 import training_config_pb2
from fleet.post_training.v1 import post_training_pb2
from fleet.post_training.v1 import synthetic_data_pb2
from fleet_runtime.reading import json_text, nothing_set
from fleet_runtime.encoded import ABSENT


def teacher_config_from_proto(p: training_config_pb2.TeacherConfig) -> m.TeacherConfig:
    return m.TeacherConfig(
        model=p.model,
        max_tokens=p.max_tokens if p.HasField("max_tokens") else None,
        temperature=p.temperature if p.HasField("temperature") else None,
        system_prompt=p.system_prompt if p.HasField("system_prompt") else None,
    )


def teacher_config_to_proto(s: m.TeacherConfig) -> training_config_pb2.TeacherConfig:
    return training_config_pb2.TeacherConfig(
        model=s.model,
        max_tokens=s.max_tokens,
        temperature=s.temperature,
        system_prompt=s.system_prompt,
    )


def data_config_from_proto(p: training_config_pb2.DataConfig) -> m.DataConfig:
    return m.DataConfig(
        dataset_id=p.dataset_id,
        batch_size=p.batch_size,
        shuffle=p.shuffle,
        data_format=p.data_format,  # type: ignore[arg-type]
        validation_dataset_id=p.validation_dataset_id
        if p.HasField("validation_dataset_id")
        else None,
        packed=p.packed if p.HasField("packed") else None,
        train_on_input=p.train_on_input if p.HasField("train_on_input") else None,
        teacher=teacher_config_from_proto(p.teacher) if p.HasField("teacher") else None,
    )


def data_config_to_proto(s: m.DataConfig) -> training_config_pb2.DataConfig:
    return training_config_pb2.DataConfig(
        dataset_id=s.dataset_id,
        batch_size=s.batch_size,
        shuffle=s.shuffle,
        data_format=s.data_format,
        validation_dataset_id=s.validation_dataset_id,
        packed=s.packed,
        train_on_input=s.train_on_input,
        teacher=None if s.teacher is None else teacher_config_to_proto(s.teacher),
    )


def optimizer_config_from_proto(p: training_config_pb2.OptimizerConfig) -> m.OptimizerConfig:
    return m.OptimizerConfig(
        optimizer_type=p.optimizer_type,  # type: ignore[arg-type]
        lr=p.lr,
        weight_decay=p.weight_decay,
        num_warmup_steps=p.num_warmup_steps,
    )


def optimizer_config_to_proto(s: m.OptimizerConfig) -> training_config_pb2.OptimizerConfig:
    return training_config_pb2.OptimizerConfig(
        optimizer_type=s.optimizer_type,
        lr=s.lr,
        weight_decay=s.weight_decay,
        num_warmup_steps=s.num_warmup_steps,
    )


def efficiency_config_from_proto(p: training_config_pb2.EfficiencyConfig) -> m.EfficiencyConfig:
    return m.EfficiencyConfig(
        enable_activation_checkpointing=p.enable_activation_checkpointing
        if p.HasField("enable_activation_checkpointing")
        else None,
        enable_activation_offloading=p.enable_activation_offloading
        if p.HasField("enable_activation_offloading")
        else None,
        memory_efficient_fsdp_wrap=p.memory_efficient_fsdp_wrap
        if p.HasField("memory_efficient_fsdp_wrap")
        else None,
        fsdp_cpu_offload=p.fsdp_cpu_offload if p.HasField("fsdp_cpu_offload") else None,
    )


def efficiency_config_to_proto(s: m.EfficiencyConfig) -> training_config_pb2.EfficiencyConfig:
    return training_config_pb2.EfficiencyConfig(
        enable_activation_checkpointing=s.enable_activation_checkpointing,
        enable_activation_offloading=s.enable_activation_offloading,
        memory_efficient_fsdp_wrap=s.memory_efficient_fsdp_wrap,
        fsdp_cpu_offload=s.fsdp_cpu_offload,
    )


def training_config_from_proto(p: training_config_pb2.TrainingConfig) -> m.TrainingConfig:
    return m.TrainingConfig(
        n_epochs=p.n_epochs,
        max_steps_per_epoch=p.max_steps_per_epoch if p.HasField("max_steps_per_epoch") else None,
        gradient_accumulation_steps=p.gradient_accumulation_steps
        if p.HasField("gradient_accumulation_steps")
        else None,
        max_validation_steps=p.max_validation_steps if p.HasField("max_validation_steps") else None,
        data_config=data_config_from_proto(p.data_config) if p.HasField("data_config") else None,
        optimizer_config=optimizer_config_from_proto(p.optimizer_config)
        if p.HasField("optimizer_config")
        else None,
        efficiency_config=efficiency_config_from_proto(p.efficiency_config)
        if p.HasField("efficiency_config")
        else None,
        dtype=p.dtype if p.HasField("dtype") else None,  # type: ignore[arg-type]
    )


def training_config_to_proto(s: m.TrainingConfig) -> training_config_pb2.TrainingConfig:
    return training_config_pb2.TrainingConfig(
        n_epochs=s.n_epochs,
        max_steps_per_epoch=s.max_steps_per_epoch,
        gradient_accumulation_steps=s.gradient_accumulation_steps,
        max_validation_steps=s.max_validation_steps,
        data_config=None if s.data_config is None else data_config_to_proto(s.data_config),
        optimizer_config=None
        if s.optimizer_config is None
        else optimizer_config_to_proto(s.optimizer_config),
        efficiency_config=None
        if s.efficiency_config is None
        else efficiency_config_to_proto(s.efficiency_config),
        dtype=s.dtype,
    )


def algorithm_config_from_proto(p: training_config_pb2.AlgorithmConfig) -> m.AlgorithmConfig:
    return m.AlgorithmConfig(
        type=p.type if p.HasField("type") else None,  # type: ignore[arg-type]
        lora_attn_modules=list(p.lora_attn_modules) or None,
        apply_lora_to_mlp=p.apply_lora_to_mlp if p.HasField("apply_lora_to_mlp") else None,
        apply_lora_to_output=p.apply_lora_to_output if p.HasField("apply_lora_to_output") else None,
        rank=p.rank if p.HasField("rank") else None,
        alpha=p.alpha if p.HasField("alpha") else None,
        use_dora=p.use_dora if p.HasField("use_dora") else None,
        quantize_base=p.quantize_base if p.HasField("quantize_base") else None,
        quantizer_name=p.quantizer_name if p.HasField("quantizer_name") else None,
        group_size=p.group_size if p.HasField("group_size") else None,
    )


def algorithm_config_to_proto(s: m.AlgorithmConfig) -> training_config_pb2.AlgorithmConfig:
    return training_config_pb2.AlgorithmConfig(
        type=s.type,
        lora_attn_modules=s.lora_attn_modules,
        apply_lora_to_mlp=s.apply_lora_to_mlp,
        apply_lora_to_output=s.apply_lora_to_output,
        rank=s.rank,
        alpha=s.alpha,
        use_dora=s.use_dora,
        quantize_base=s.quantize_base,
        quantizer_name=s.quantizer_name,
        group_size=s.group_size,
    )


def d_p_o_alignment_config_from_proto(
    p: training_config_pb2.DPOAlignmentConfig,
) -> m.DPOAlignmentConfig:
    return m.DPOAlignmentConfig(
        beta=p.beta if p.HasField("beta") else None,
        loss_type=p.loss_type if p.HasField("loss_type") else None,  # type: ignore[arg-type]
    )


def d_p_o_alignment_config_to_proto(
    s: m.DPOAlignmentConfig,
) -> training_config_pb2.DPOAlignmentConfig:
    return training_config_pb2.DPOAlignmentConfig(
        beta=s.beta,
        loss_type=s.loss_type,
    )


def supervised_fine_tune_request_from_proto(
    p: post_training_pb2.SupervisedFineTuneRequest,
) -> m.SupervisedFineTuneRequest:
    return m.SupervisedFineTuneRequest(
        job_uuid=p.job_uuid,
        training_config=training_config_from_proto(p.training_config),
        hyperparam_search_config=json_text(p.hyperparam_search_config)
        if p.HasField("hyperparam_search_config")
        else ABSENT,
        logger_config=json_text(p.logger_config) if p.HasField("logger_config") else ABSENT,
        model=p.model if p.HasField("model") else None,
        checkpoint_dir=p.checkpoint_dir if p.HasField("checkpoint_dir") else None,
        algorithm_config=algorithm_config_from_proto(p.algorithm_config)
        if p.HasField("algorithm_config")
        else None,
    )


def supervised_fine_tune_request_to_proto(
    s: m.SupervisedFineTuneRequest,
) -> post_training_pb2.SupervisedFineTuneRequest:
    return post_training_pb2.SupervisedFineTuneRequest(
        job_uuid=s.job_uuid,
        training_config=training_config_to_proto(s.training_config),
        hyperparam_search_config=None
        if s.hyperparam_search_config is ABSENT
        else bytes(s.hyperparam_search_config).decode(),
        logger_config=None if s.logger_config is ABSENT else bytes(s.logger_config).decode(),
        model=s.model,
        checkpoint_dir=s.checkpoint_dir,
        algorithm_config=None
        if s.algorithm_config is None
        else algorithm_config_to_proto(s.algorithm_config),
    )


def preference_optimize_request_from_proto(
    p: post_training_pb2.PreferenceOptimizeRequest,
) -> m.PreferenceOptimizeRequest:
    return m.PreferenceOptimizeRequest(
        job_uuid=p.job_uuid,
        finetuned_model=p.finetuned_model,
        algorithm_config=d_p_o_alignment_config_from_proto(p.algorithm_config),
        training_config=training_config_from_proto(p.training_config),
        hyperparam_search_config=json_text(p.hyperparam_search_config)
        if p.HasField("hyperparam_search_config")
        else ABSENT,
        logger_config=json_text(p.logger_config) if p.HasField("logger_config") else ABSENT,
    )


def preference_optimize_request_to_proto(
    s: m.PreferenceOptimizeRequest,
) -> post_training_pb2.PreferenceOptimizeRequest:
    return post_training_pb2.PreferenceOptimizeRequest(
        job_uuid=s.job_uuid,
        finetuned_model=s.finetuned_model,
        algorithm_config=d_p_o_alignment_config_to_proto(s.algorithm_config),
        training_config=training_config_to_proto(s.training_config),
        hyperparam_search_config=None
        if s.hyperparam_search_config is ABSENT
        else bytes(s.hyperparam_search_config).decode(),
        logger_config=None if s.logger_config is ABSENT else bytes(s.logger_config).decode(),
    )


def post_training_job_from_proto(p: post_training_pb2.PostTrainingJob) -> m.PostTrainingJob:
    return m.PostTrainingJob(
        job_uuid=p.job_uuid,
    )


def post_training_job_to_proto(s: m.PostTrainingJob) -> post_training_pb2.PostTrainingJob:
    return post_training_pb2.PostTrainingJob(
        job_uuid=s.job_uuid,
    )


def list_post_training_jobs_request_from_proto(
    p: post_training_pb2.ListPostTrainingJobsRequest,
) -> m.ListPostTrainingJobsRequest:
    del p
    return m.ListPostTrainingJobsRequest()


def list_post_training_jobs_request_to_proto(
    s: m.ListPostTrainingJobsRequest,
) -> post_training_pb2.ListPostTrainingJobsRequest:
    del s
    return post_training_pb2.ListPostTrainingJobsRequest()


def post_training_job_list_from_proto(
    p: post_training_pb2.PostTrainingJobList,
) -> m.PostTrainingJobList:
    return m.PostTrainingJobList(
        data=[post_training_job_from_proto(v) for v in p.data],
    )


def post_training_job_list_to_proto(
    s: m.PostTrainingJobList,
) -> post_training_pb2.PostTrainingJobList:
    return post_training_pb2.PostTrainingJobList(
        data=[post_training_job_to_proto(v) for v in s.data],
    )


def get_post_training_job_status_request_from_proto(
    p: post_training_pb2.GetPostTrainingJobStatusRequest,
) -> m.GetPostTrainingJobStatusRequest:
    return m.GetPostTrainingJobStatusRequest(
        job_uuid=p.job_uuid,
    )


def get_post_training_job_status_request_to_proto(
    s: m.GetPostTrainingJobStatusRequest,
) -> post_training_pb2.GetPostTrainingJobStatusRequest:
    return post_training_pb2.GetPostTrainingJobStatusRequest(
        job_uuid=s.job_uuid,
    )


def post_training_metric_from_proto(
    p: post_training_pb2.PostTrainingMetric,
) -> m.PostTrainingMetric:
    return m.PostTrainingMetric(
        epoch=p.epoch,
        train_loss=p.train_loss,
        validation_loss=p.validation_loss,
        perplexity=p.perplexity,
    )


def post_training_metric_to_proto(s: m.PostTrainingMetric) -> post_training_pb2.PostTrainingMetric:
    return post_training_pb2.PostTrainingMetric(
        epoch=s.epoch,
        train_loss=s.train_loss,
        validation_loss=s.validation_loss,
        perplexity=s.perplexity,
    )


def checkpoint_from_proto(p: post_training_pb2.Checkpoint) -> m.Checkpoint:
    return m.Checkpoint(
        identifier=p.identifier,
        created_at=p.created_at,
        epoch=p.epoch,
        post_training_job_id=p.post_training_job_id,
        path=p.path,
        training_metrics=post_training_metric_from_proto(p.training_metrics)
        if p.HasField("training_metrics")
        else None,
    )


def checkpoint_to_proto(s: m.Checkpoint) -> post_training_pb2.Checkpoint:
    return post_training_pb2.Checkpoint(
        identifier=s.identifier,
        created_at=s.created_at,
        epoch=s.epoch,
        post_training_job_id=s.post_training_job_id,
        path=s.path,
        training_metrics=None
        if s.training_metrics is None
        else post_training_metric_to_proto(s.training_metrics),
    )


def training_progress_from_proto(p: post_training_pb2.TrainingProgress) -> m.TrainingProgress:
    return m.TrainingProgress(
        step=p.step,
        total_steps=p.total_steps,
        epoch=p.epoch,
        loss=p.loss if p.HasField("loss") else None,
        learning_rate=p.learning_rate if p.HasField("learning_rate") else None,
        tokens_per_second=p.tokens_per_second if p.HasField("tokens_per_second") else None,
        eta_seconds=p.eta_seconds if p.HasField("eta_seconds") else None,
        attempts=p.attempts,
    )


def training_progress_to_proto(s: m.TrainingProgress) -> post_training_pb2.TrainingProgress:
    return post_training_pb2.TrainingProgress(
        step=s.step,
        total_steps=s.total_steps,
        epoch=s.epoch,
        loss=s.loss,
        learning_rate=s.learning_rate,
        tokens_per_second=s.tokens_per_second,
        eta_seconds=s.eta_seconds,
        attempts=s.attempts,
    )


def training_error_from_proto(p: post_training_pb2.TrainingError) -> m.TrainingError:
    return m.TrainingError(
        code=p.code if p.HasField("code") else None,
        message=p.message,
        param=p.param if p.HasField("param") else None,
    )


def training_error_to_proto(s: m.TrainingError) -> post_training_pb2.TrainingError:
    return post_training_pb2.TrainingError(
        code=s.code,
        message=s.message,
        param=s.param,
    )


def post_training_job_status_from_proto(
    p: post_training_pb2.PostTrainingJobStatus,
) -> m.PostTrainingJobStatus:
    return m.PostTrainingJobStatus(
        job_uuid=p.job_uuid,
        status=p.status,
        scheduled_at=p.scheduled_at if p.HasField("scheduled_at") else None,
        started_at=p.started_at if p.HasField("started_at") else None,
        completed_at=p.completed_at if p.HasField("completed_at") else None,
        resources_allocated=json_text(p.resources_allocated)
        if p.HasField("resources_allocated")
        else Raw(b"null"),
        checkpoints=[checkpoint_from_proto(v) for v in p.checkpoints],
        progress=training_progress_from_proto(p.progress) if p.HasField("progress") else None,
        error=training_error_from_proto(p.error) if p.HasField("error") else None,
    )


def post_training_job_status_to_proto(
    s: m.PostTrainingJobStatus,
) -> post_training_pb2.PostTrainingJobStatus:
    return post_training_pb2.PostTrainingJobStatus(
        job_uuid=s.job_uuid,
        status=s.status,
        scheduled_at=s.scheduled_at,
        started_at=s.started_at,
        completed_at=s.completed_at,
        resources_allocated=None
        if s.resources_allocated is ABSENT
        else bytes(s.resources_allocated).decode(),
        checkpoints=[checkpoint_to_proto(v) for v in s.checkpoints],
        progress=None if s.progress is None else training_progress_to_proto(s.progress),
        error=None if s.error is None else training_error_to_proto(s.error),
    )


def get_post_training_job_artifacts_request_from_proto(
    p: post_training_pb2.GetPostTrainingJobArtifactsRequest,
) -> m.GetPostTrainingJobArtifactsRequest:
    return m.GetPostTrainingJobArtifactsRequest(
        job_uuid=p.job_uuid,
    )


def get_post_training_job_artifacts_request_to_proto(
    s: m.GetPostTrainingJobArtifactsRequest,
) -> post_training_pb2.GetPostTrainingJobArtifactsRequest:
    return post_training_pb2.GetPostTrainingJobArtifactsRequest(
        job_uuid=s.job_uuid,
    )


def loss_point_from_proto(p: post_training_pb2.LossPoint) -> m.LossPoint:
    return m.LossPoint(
        step=p.step,
        epoch=p.epoch,
        loss=p.loss,
        learning_rate=p.learning_rate if p.HasField("learning_rate") else None,
    )


def loss_point_to_proto(s: m.LossPoint) -> post_training_pb2.LossPoint:
    return post_training_pb2.LossPoint(
        step=s.step,
        epoch=s.epoch,
        loss=s.loss,
        learning_rate=s.learning_rate,
    )


def post_training_job_artifacts_from_proto(
    p: post_training_pb2.PostTrainingJobArtifacts,
) -> m.PostTrainingJobArtifacts:
    return m.PostTrainingJobArtifacts(
        job_uuid=p.job_uuid,
        checkpoints=[checkpoint_from_proto(v) for v in p.checkpoints],
        loss_curve=[loss_point_from_proto(v) for v in p.loss_curve],
    )


def post_training_job_artifacts_to_proto(
    s: m.PostTrainingJobArtifacts,
) -> post_training_pb2.PostTrainingJobArtifacts:
    return post_training_pb2.PostTrainingJobArtifacts(
        job_uuid=s.job_uuid,
        checkpoints=[checkpoint_to_proto(v) for v in s.checkpoints],
        loss_curve=[loss_point_to_proto(v) for v in s.loss_curve],
    )


def cancel_post_training_job_request_from_proto(
    p: post_training_pb2.CancelPostTrainingJobRequest,
) -> m.CancelPostTrainingJobRequest:
    return m.CancelPostTrainingJobRequest(
        job_uuid=p.job_uuid,
    )


def cancel_post_training_job_request_to_proto(
    s: m.CancelPostTrainingJobRequest,
) -> post_training_pb2.CancelPostTrainingJobRequest:
    return post_training_pb2.CancelPostTrainingJobRequest(
        job_uuid=s.job_uuid,
    )


def dialog_text_from_proto(p: synthetic_data_pb2.DialogText) -> m.DialogText:
    return m.DialogText(
        text=p.text,
    )


def dialog_text_to_proto(s: m.DialogText) -> synthetic_data_pb2.DialogText:
    return synthetic_data_pb2.DialogText(
        type=s.type,
        text=s.text,
    )


def dialog_texts_from_proto(p: synthetic_data_pb2.DialogTexts) -> m.DialogTexts:
    return [dialog_text_from_proto(v) for v in p.items]


def dialog_texts_to_proto(s: m.DialogTexts) -> synthetic_data_pb2.DialogTexts:
    return synthetic_data_pb2.DialogTexts(items=[dialog_text_to_proto(v) for v in s])


def dialog_content_from_proto(p: synthetic_data_pb2.DialogContent) -> m.DialogContent:
    kind = p.WhichOneof("value")
    if kind == "text":
        return p.text
    if kind == "item":
        return dialog_text_from_proto(p.item)
    if kind == "items":
        return dialog_texts_from_proto(p.items)
    raise nothing_set("DialogContent")


def dialog_content_to_proto(s: m.DialogContent) -> synthetic_data_pb2.DialogContent:
    if isinstance(s, str):
        return synthetic_data_pb2.DialogContent(text=s)
    if isinstance(s, m.DialogText):
        return synthetic_data_pb2.DialogContent(item=dialog_text_to_proto(s))
    if isinstance(s, list):
        return synthetic_data_pb2.DialogContent(items=dialog_texts_to_proto(s))
    raise TypeError(type(s))


def dialog_message_from_proto(p: synthetic_data_pb2.DialogMessage) -> m.DialogMessage:
    return m.DialogMessage(
        role=p.role,  # type: ignore[arg-type]
        content=dialog_content_from_proto(p.content),
        call_id=p.call_id if p.HasField("call_id") else None,
        stop_reason=p.stop_reason if p.HasField("stop_reason") else None,
        context=dialog_content_from_proto(p.context) if p.HasField("context") else None,
    )


def dialog_message_to_proto(s: m.DialogMessage) -> synthetic_data_pb2.DialogMessage:
    return synthetic_data_pb2.DialogMessage(
        role=s.role,
        content=dialog_content_to_proto(s.content),
        call_id=s.call_id,
        stop_reason=s.stop_reason,
        context=None if s.context is None else dialog_content_to_proto(s.context),
    )


def synthetic_data_generate_request_from_proto(
    p: synthetic_data_pb2.SyntheticDataGenerateRequest,
) -> m.SyntheticDataGenerateRequest:
    return m.SyntheticDataGenerateRequest(
        dialogs=[dialog_message_from_proto(v) for v in p.dialogs],
        filtering_function=p.filtering_function,  # type: ignore[arg-type]
        model=p.model if p.HasField("model") else None,
    )


def synthetic_data_generate_request_to_proto(
    s: m.SyntheticDataGenerateRequest,
) -> synthetic_data_pb2.SyntheticDataGenerateRequest:
    return synthetic_data_pb2.SyntheticDataGenerateRequest(
        dialogs=[dialog_message_to_proto(v) for v in s.dialogs],
        filtering_function=s.filtering_function,
        model=s.model,
    )


def synthetic_data_generation_response_from_proto(
    p: synthetic_data_pb2.SyntheticDataGenerationResponse,
) -> m.SyntheticDataGenerationResponse:
    return m.SyntheticDataGenerationResponse(
        synthetic_data=[json_text(v) for v in p.synthetic_data],
        statistics=json_text(p.statistics) if p.HasField("statistics") else ABSENT,
    )


def synthetic_data_generation_response_to_proto(
    s: m.SyntheticDataGenerationResponse,
) -> synthetic_data_pb2.SyntheticDataGenerationResponse:
    return synthetic_data_pb2.SyntheticDataGenerationResponse(
        synthetic_data=[bytes(v).decode() for v in s.synthetic_data],
        statistics=None if s.statistics is ABSENT else bytes(s.statistics).decode(),
    )
