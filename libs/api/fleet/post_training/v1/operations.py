"""Operations of `fleet.post_training.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.post_training.v1 import codec, messages as m
from fleet.post_training.v1 import post_training_pb2
from fleet.post_training.v1 import synthetic_data_pb2
from fleet.post_training.v1 import training_config_pb2
from fleet_runtime.operation import NOTHING
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.operation import (
    Answer,
    Binding,
    BoundService,
    MessageType,
    Operation,
    Route,
    Stream,
)

_CancelPostTrainingJobRequest = MessageType(
    m.CancelPostTrainingJobRequest,
    post_training_pb2.CancelPostTrainingJobRequest,
    codec.cancel_post_training_job_request_to_proto,
    codec.cancel_post_training_job_request_from_proto,
)
_GetPostTrainingJobArtifactsRequest = MessageType(
    m.GetPostTrainingJobArtifactsRequest,
    post_training_pb2.GetPostTrainingJobArtifactsRequest,
    codec.get_post_training_job_artifacts_request_to_proto,
    codec.get_post_training_job_artifacts_request_from_proto,
)
_GetPostTrainingJobStatusRequest = MessageType(
    m.GetPostTrainingJobStatusRequest,
    post_training_pb2.GetPostTrainingJobStatusRequest,
    codec.get_post_training_job_status_request_to_proto,
    codec.get_post_training_job_status_request_from_proto,
)
_ListPostTrainingJobsRequest = MessageType(
    m.ListPostTrainingJobsRequest,
    post_training_pb2.ListPostTrainingJobsRequest,
    codec.list_post_training_jobs_request_to_proto,
    codec.list_post_training_jobs_request_from_proto,
)
_PostTrainingJob = MessageType(
    m.PostTrainingJob,
    post_training_pb2.PostTrainingJob,
    codec.post_training_job_to_proto,
    codec.post_training_job_from_proto,
)
_PostTrainingJobArtifacts = MessageType(
    m.PostTrainingJobArtifacts,
    post_training_pb2.PostTrainingJobArtifacts,
    codec.post_training_job_artifacts_to_proto,
    codec.post_training_job_artifacts_from_proto,
)
_PostTrainingJobList = MessageType(
    m.PostTrainingJobList,
    post_training_pb2.PostTrainingJobList,
    codec.post_training_job_list_to_proto,
    codec.post_training_job_list_from_proto,
)
_PostTrainingJobStatus = MessageType(
    m.PostTrainingJobStatus,
    post_training_pb2.PostTrainingJobStatus,
    codec.post_training_job_status_to_proto,
    codec.post_training_job_status_from_proto,
)
_PreferenceOptimizeRequest = MessageType(
    m.PreferenceOptimizeRequest,
    post_training_pb2.PreferenceOptimizeRequest,
    codec.preference_optimize_request_to_proto,
    codec.preference_optimize_request_from_proto,
)
_SupervisedFineTuneRequest = MessageType(
    m.SupervisedFineTuneRequest,
    post_training_pb2.SupervisedFineTuneRequest,
    codec.supervised_fine_tune_request_to_proto,
    codec.supervised_fine_tune_request_from_proto,
)
_SyntheticDataGenerateRequest = MessageType(
    m.SyntheticDataGenerateRequest,
    synthetic_data_pb2.SyntheticDataGenerateRequest,
    codec.synthetic_data_generate_request_to_proto,
    codec.synthetic_data_generate_request_from_proto,
)
_SyntheticDataGenerationResponse = MessageType(
    m.SyntheticDataGenerationResponse,
    synthetic_data_pb2.SyntheticDataGenerationResponse,
    codec.synthetic_data_generation_response_to_proto,
    codec.synthetic_data_generation_response_from_proto,
)


class PostTrainingService(Protocol):
    """Trains models further: as Llama Stack 0.6.1 had it last, and at its older paths.

    A job outlives callers and services: any process goes on where another one died, from the last checkpoint. What is wrong
    with a request is told at once, and what is wrong with a row before the first step. Methods that name a job fail with
    `NOT_FOUND` (reason `job_not_found`) if there is none.
    """

    async def supervised_fine_tune(
        self, request: m.SupervisedFineTuneRequest, call: Call
    ) -> Answer[m.PostTrainingJob]:
        """Begins to train a model on examples of what it is to say.

        Fails with `ALREADY_EXISTS` (409 over REST) if another job has this name, with `INVALID_ARGUMENT` if the model, the
        dataset or a setting is wrong, with `UNIMPLEMENTED` if no provider can do it, and with `RESOURCE_EXHAUSTED` (429) if too
        many jobs wait already.
        """
        ...

    async def preference_optimize(
        self, request: m.PreferenceOptimizeRequest, call: Call
    ) -> Answer[m.PostTrainingJob]:
        """Begins to train a model on pairs of answers of which one is better (DPO).

        Fails as `SupervisedFineTune` does.
        """
        ...

    async def list_post_training_jobs(
        self, request: m.ListPostTrainingJobsRequest, call: Call
    ) -> Answer[m.PostTrainingJobList]:
        """Lists all jobs, oldest first."""
        ...

    async def get_post_training_job_status(
        self, request: m.GetPostTrainingJobStatusRequest, call: Call
    ) -> Answer[m.PostTrainingJobStatus]:
        """Tells how far a job is."""
        ...

    async def get_post_training_job_artifacts(
        self, request: m.GetPostTrainingJobArtifactsRequest, call: Call
    ) -> Answer[m.PostTrainingJobArtifacts]:
        """Gets what a job has made so far: checkpoints, and how the loss went."""
        ...

    async def cancel_post_training_job(
        self, request: m.CancelPostTrainingJobRequest, call: Call
    ) -> None:
        """Ends a job early; its checkpoints stay. One that is cancelled already stays as it is.

        Fails with `ALREADY_EXISTS` (409 over REST) if it has ended otherwise.
        """
        ...


POST_TRAINING_SERVICE = "fleet.post_training.v1.PostTrainingService"
"""The service's full name."""

SUPERVISED_FINE_TUNE = Operation(
    rpc="SupervisedFineTune",
    request=_SupervisedFineTuneRequest,
    answer=_PostTrainingJob,
    routes=(
        Route("POST", "/v1alpha/post-training/supervised-fine-tune"),
        Route("POST", "/v1/post-training/supervised-fine-tune"),
    ),
    has_body=True,
)
PREFERENCE_OPTIMIZE = Operation(
    rpc="PreferenceOptimize",
    request=_PreferenceOptimizeRequest,
    answer=_PostTrainingJob,
    routes=(
        Route("POST", "/v1alpha/post-training/preference-optimize"),
        Route("POST", "/v1/post-training/preference-optimize"),
    ),
    has_body=True,
)
LIST_POST_TRAINING_JOBS = Operation(
    rpc="ListPostTrainingJobs",
    request=_ListPostTrainingJobsRequest,
    answer=_PostTrainingJobList,
    routes=(
        Route("GET", "/v1alpha/post-training/jobs"),
        Route("GET", "/v1/post-training/jobs"),
    ),
    has_body=False,
)
GET_POST_TRAINING_JOB_STATUS = Operation(
    rpc="GetPostTrainingJobStatus",
    request=_GetPostTrainingJobStatusRequest,
    answer=_PostTrainingJobStatus,
    routes=(
        Route("GET", "/v1alpha/post-training/jobs/{job_uuid}/status"),
        Route("GET", "/v1alpha/post-training/job/status"),
        Route("GET", "/v1/post-training/jobs/{job_uuid}/status"),
        Route("GET", "/v1/post-training/job/status"),
    ),
    has_body=False,
)
GET_POST_TRAINING_JOB_ARTIFACTS = Operation(
    rpc="GetPostTrainingJobArtifacts",
    request=_GetPostTrainingJobArtifactsRequest,
    answer=_PostTrainingJobArtifacts,
    routes=(
        Route("GET", "/v1alpha/post-training/jobs/{job_uuid}/artifacts"),
        Route("GET", "/v1alpha/post-training/job/artifacts"),
        Route("GET", "/v1/post-training/jobs/{job_uuid}/artifacts"),
        Route("GET", "/v1/post-training/job/artifacts"),
    ),
    has_body=False,
)
CANCEL_POST_TRAINING_JOB = Operation(
    rpc="CancelPostTrainingJob",
    request=_CancelPostTrainingJobRequest,
    answer=NOTHING,
    routes=(
        Route("POST", "/v1alpha/post-training/jobs/{job_uuid}/cancel"),
        Route("POST", "/v1alpha/post-training/job/cancel"),
        Route("POST", "/v1/post-training/jobs/{job_uuid}/cancel"),
        Route("POST", "/v1/post-training/job/cancel"),
    ),
    has_body=True,
)


def bind_post_training_service(implementation: PostTrainingService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        POST_TRAINING_SERVICE,
        (
            Binding(SUPERVISED_FINE_TUNE, implementation.supervised_fine_tune),
            Binding(PREFERENCE_OPTIMIZE, implementation.preference_optimize),
            Binding(LIST_POST_TRAINING_JOBS, implementation.list_post_training_jobs),
            Binding(GET_POST_TRAINING_JOB_STATUS, implementation.get_post_training_job_status),
            Binding(
                GET_POST_TRAINING_JOB_ARTIFACTS, implementation.get_post_training_job_artifacts
            ),
            Binding(CANCEL_POST_TRAINING_JOB, implementation.cancel_post_training_job),
        ),
    )


class PostTrainingServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def supervised_fine_tune(
        self, request: m.SupervisedFineTuneRequest, call: Call
    ) -> m.PostTrainingJob:
        """Begins to train a model on examples of what it is to say."""
        answer: m.PostTrainingJob = await self._channel.unary(
            POST_TRAINING_SERVICE, SUPERVISED_FINE_TUNE, request, call
        )
        return answer

    async def preference_optimize(
        self, request: m.PreferenceOptimizeRequest, call: Call
    ) -> m.PostTrainingJob:
        """Begins to train a model on pairs of answers of which one is better (DPO)."""
        answer: m.PostTrainingJob = await self._channel.unary(
            POST_TRAINING_SERVICE, PREFERENCE_OPTIMIZE, request, call
        )
        return answer

    async def list_post_training_jobs(
        self, request: m.ListPostTrainingJobsRequest, call: Call
    ) -> m.PostTrainingJobList:
        """Lists all jobs, oldest first."""
        answer: m.PostTrainingJobList = await self._channel.unary(
            POST_TRAINING_SERVICE, LIST_POST_TRAINING_JOBS, request, call
        )
        return answer

    async def get_post_training_job_status(
        self, request: m.GetPostTrainingJobStatusRequest, call: Call
    ) -> m.PostTrainingJobStatus:
        """Tells how far a job is."""
        answer: m.PostTrainingJobStatus = await self._channel.unary(
            POST_TRAINING_SERVICE, GET_POST_TRAINING_JOB_STATUS, request, call
        )
        return answer

    async def get_post_training_job_artifacts(
        self, request: m.GetPostTrainingJobArtifactsRequest, call: Call
    ) -> m.PostTrainingJobArtifacts:
        """Gets what a job has made so far: checkpoints, and how the loss went."""
        answer: m.PostTrainingJobArtifacts = await self._channel.unary(
            POST_TRAINING_SERVICE, GET_POST_TRAINING_JOB_ARTIFACTS, request, call
        )
        return answer

    async def cancel_post_training_job(
        self, request: m.CancelPostTrainingJobRequest, call: Call
    ) -> None:
        """Ends a job early; its checkpoints stay. One that is cancelled already stays as it is."""
        await self._channel.unary(POST_TRAINING_SERVICE, CANCEL_POST_TRAINING_JOB, request, call)


class SyntheticDataGenerationService(Protocol):
    """Has a model answer conversations, and keeps good answers: as Llama Stack 0.3.5 had it last."""

    async def generate_synthetic_data(
        self, request: m.SyntheticDataGenerateRequest, call: Call
    ) -> Answer[m.SyntheticDataGenerationResponse]:
        """Answers each conversation some times, and returns those answers that a filter keeps.

        Fails with `INVALID_ARGUMENT` if a conversation has nothing to be answered, with `UNIMPLEMENTED` if a filter needs
        scores and the model tells no probabilities, and as the inference service, or that which scores, does.
        """
        ...


SYNTHETIC_DATA_GENERATION_SERVICE = "fleet.post_training.v1.SyntheticDataGenerationService"
"""The service's full name."""

GENERATE_SYNTHETIC_DATA = Operation(
    rpc="GenerateSyntheticData",
    request=_SyntheticDataGenerateRequest,
    answer=_SyntheticDataGenerationResponse,
    routes=(Route("POST", "/v1/synthetic-data-generation/generate"),),
    has_body=True,
)


def bind_synthetic_data_generation_service(
    implementation: SyntheticDataGenerationService,
) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        SYNTHETIC_DATA_GENERATION_SERVICE,
        (Binding(GENERATE_SYNTHETIC_DATA, implementation.generate_synthetic_data),),
    )


class SyntheticDataGenerationServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def generate_synthetic_data(
        self, request: m.SyntheticDataGenerateRequest, call: Call
    ) -> m.SyntheticDataGenerationResponse:
        """Answers each conversation some times, and returns those answers that a filter keeps."""
        answer: m.SyntheticDataGenerationResponse = await self._channel.unary(
            SYNTHETIC_DATA_GENERATION_SERVICE, GENERATE_SYNTHETIC_DATA, request, call
        )
        return answer
