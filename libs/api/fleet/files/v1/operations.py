"""Operations of `fleet.files.v1`. Written by `make gen`; do not edit."""

from typing import Protocol

from fleet.files.v1 import codec, messages as m
from fleet.files.v1 import file_processors_pb2
from fleet.files.v1 import files_pb2
from fleet_runtime.dialect import OPENAI
from collections.abc import AsyncIterable
from fleet_runtime.upload import Upload
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

_CancelProcessFileJobRequest = MessageType(
    m.CancelProcessFileJobRequest,
    file_processors_pb2.CancelProcessFileJobRequest,
    codec.cancel_process_file_job_request_to_proto,
    codec.cancel_process_file_job_request_from_proto,
)
_DeleteFileRequest = MessageType(
    m.DeleteFileRequest,
    files_pb2.DeleteFileRequest,
    codec.delete_file_request_to_proto,
    codec.delete_file_request_from_proto,
)
_File = MessageType(m.File, files_pb2.File, codec.file_to_proto, codec.file_from_proto)
_FileContent = MessageType(
    m.FileContent, files_pb2.FileContent, codec.file_content_to_proto, codec.file_content_from_proto
)
_FileDeleted = MessageType(
    m.FileDeleted, files_pb2.FileDeleted, codec.file_deleted_to_proto, codec.file_deleted_from_proto
)
_FileList = MessageType(
    m.FileList, files_pb2.FileList, codec.file_list_to_proto, codec.file_list_from_proto
)
_GetFileContentRequest = MessageType(
    m.GetFileContentRequest,
    files_pb2.GetFileContentRequest,
    codec.get_file_content_request_to_proto,
    codec.get_file_content_request_from_proto,
)
_GetFileRequest = MessageType(
    m.GetFileRequest,
    files_pb2.GetFileRequest,
    codec.get_file_request_to_proto,
    codec.get_file_request_from_proto,
)
_GetProcessFileJobRequest = MessageType(
    m.GetProcessFileJobRequest,
    file_processors_pb2.GetProcessFileJobRequest,
    codec.get_process_file_job_request_to_proto,
    codec.get_process_file_job_request_from_proto,
)
_ListFilesRequest = MessageType(
    m.ListFilesRequest,
    files_pb2.ListFilesRequest,
    codec.list_files_request_to_proto,
    codec.list_files_request_from_proto,
)
_ListProcessFileJobsRequest = MessageType(
    m.ListProcessFileJobsRequest,
    file_processors_pb2.ListProcessFileJobsRequest,
    codec.list_process_file_jobs_request_to_proto,
    codec.list_process_file_jobs_request_from_proto,
)
_ParseFileRequest = MessageType(
    m.ParseFileRequest,
    file_processors_pb2.ParseFileRequest,
    codec.parse_file_request_to_proto,
    codec.parse_file_request_from_proto,
)
_ParsedBlock = MessageType(
    m.ParsedBlock,
    file_processors_pb2.ParsedBlock,
    codec.parsed_block_to_proto,
    codec.parsed_block_from_proto,
)
_ProcessFileJob = MessageType(
    m.ProcessFileJob,
    file_processors_pb2.ProcessFileJob,
    codec.process_file_job_to_proto,
    codec.process_file_job_from_proto,
)
_ProcessFileJobList = MessageType(
    m.ProcessFileJobList,
    file_processors_pb2.ProcessFileJobList,
    codec.process_file_job_list_to_proto,
    codec.process_file_job_list_from_proto,
)
_ProcessFileRequest = MessageType(
    m.ProcessFileRequest,
    file_processors_pb2.ProcessFileRequest,
    codec.process_file_request_to_proto,
    codec.process_file_request_from_proto,
)
_ProcessedFile = MessageType(
    m.ProcessedFile,
    file_processors_pb2.ProcessedFile,
    codec.processed_file_to_proto,
    codec.processed_file_from_proto,
)
_UploadFileRequest = MessageType(
    m.UploadFileRequest,
    files_pb2.UploadFileRequest,
    codec.upload_file_request_to_proto,
    codec.upload_file_request_from_proto,
)


class FileProcessorService(Protocol):
    """Turns files into text: PDFs, office documents, web pages, plain text.

    Files are read in processes of their own, with bounds on time and memory. What cannot be read fails with
    `INVALID_ARGUMENT`, and a reason: `unsupported_file`, `encrypted_file`, `broken_file`, `file_too_large`.
    """

    async def process_file(
        self, upload: Upload[m.ProcessFileRequest], call: Call
    ) -> Answer[m.ProcessedFile]:
        """Cuts a file into chunks that are ready to be embedded.

        Fails with `NOT_FOUND` if a kept file is named and not there, and with `UNAVAILABLE` (502 over REST) if the server
        that keeps it, or that reads it, fails or refuses.
        """
        ...

    async def create_process_file_job(
        self, upload: Upload[m.ProcessFileRequest], call: Call
    ) -> Answer[m.ProcessFileJob]:
        """Begins to cut a file into chunks, and answers at once. Jobs outlive services.

        Fails with `NOT_FOUND` if a kept file is named and not there, and with `UNAVAILABLE` (502 over REST) if where files
        are kept fails or refuses.
        """
        ...

    async def list_process_file_jobs(
        self, request: m.ListProcessFileJobsRequest, call: Call
    ) -> Answer[m.ProcessFileJobList]:
        """Lists jobs, newest first."""
        ...

    async def get_process_file_job(
        self, request: m.GetProcessFileJobRequest, call: Call
    ) -> Answer[m.ProcessFileJob]:
        """Gets a job, with what came of it once it is done. Fails with `NOT_FOUND` if there is none."""
        ...

    async def cancel_process_file_job(
        self, request: m.CancelProcessFileJobRequest, call: Call
    ) -> Answer[m.ProcessFileJob]:
        """Ends a job early; one that is done stays as it is. Fails with `NOT_FOUND` if there is none."""
        ...

    async def parse_file(self, request: m.ParseFileRequest, call: Call) -> Stream[m.ParsedBlock]:
        """Reads a kept file, block by block, for services that cut it themselves. Fails with `NOT_FOUND` if there is none."""
        ...


FILE_PROCESSOR_SERVICE = "fleet.files.v1.FileProcessorService"
"""The service's full name."""

PROCESS_FILE = Operation(
    rpc="ProcessFile",
    request=_ProcessFileRequest,
    answer=_ProcessedFile,
    routes=(Route("POST", "/v1alpha/file-processors/process"),),
    has_body=True,
    upload=True,
)
CREATE_PROCESS_FILE_JOB = Operation(
    rpc="CreateProcessFileJob",
    request=_ProcessFileRequest,
    answer=_ProcessFileJob,
    routes=(Route("POST", "/v1alpha/file-processors/jobs"),),
    has_body=True,
    upload=True,
)
LIST_PROCESS_FILE_JOBS = Operation(
    rpc="ListProcessFileJobs",
    request=_ListProcessFileJobsRequest,
    answer=_ProcessFileJobList,
    routes=(Route("GET", "/v1alpha/file-processors/jobs"),),
    has_body=False,
)
GET_PROCESS_FILE_JOB = Operation(
    rpc="GetProcessFileJob",
    request=_GetProcessFileJobRequest,
    answer=_ProcessFileJob,
    routes=(Route("GET", "/v1alpha/file-processors/jobs/{job_id}"),),
    has_body=False,
)
CANCEL_PROCESS_FILE_JOB = Operation(
    rpc="CancelProcessFileJob",
    request=_CancelProcessFileJobRequest,
    answer=_ProcessFileJob,
    routes=(Route("POST", "/v1alpha/file-processors/jobs/{job_id}/cancel"),),
    has_body=True,
)
PARSE_FILE = Operation(
    rpc="ParseFile",
    request=_ParseFileRequest,
    answer=_ParsedBlock,
    routes=(),
    has_body=False,
    stream_rpc="ParseFile",
    chunk=_ParsedBlock,
    dialect=OPENAI.in_lines(),
)


def bind_file_processor_service(implementation: FileProcessorService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        FILE_PROCESSOR_SERVICE,
        (
            Binding(PROCESS_FILE, implementation.process_file),
            Binding(CREATE_PROCESS_FILE_JOB, implementation.create_process_file_job),
            Binding(LIST_PROCESS_FILE_JOBS, implementation.list_process_file_jobs),
            Binding(GET_PROCESS_FILE_JOB, implementation.get_process_file_job),
            Binding(CANCEL_PROCESS_FILE_JOB, implementation.cancel_process_file_job),
            Binding(PARSE_FILE, implementation.parse_file),
        ),
    )


class FileProcessorServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def process_file(
        self, request: m.ProcessFileRequest, call: Call, content: AsyncIterable[bytes] | None = None
    ) -> m.ProcessedFile:
        """Cuts a file into chunks that are ready to be embedded."""
        answer: m.ProcessedFile = await self._channel.upload(
            FILE_PROCESSOR_SERVICE, PROCESS_FILE, request, call, content
        )
        return answer

    async def create_process_file_job(
        self, request: m.ProcessFileRequest, call: Call, content: AsyncIterable[bytes] | None = None
    ) -> m.ProcessFileJob:
        """Begins to cut a file into chunks, and answers at once. Jobs outlive services."""
        answer: m.ProcessFileJob = await self._channel.upload(
            FILE_PROCESSOR_SERVICE, CREATE_PROCESS_FILE_JOB, request, call, content
        )
        return answer

    async def list_process_file_jobs(
        self, request: m.ListProcessFileJobsRequest, call: Call
    ) -> m.ProcessFileJobList:
        """Lists jobs, newest first."""
        answer: m.ProcessFileJobList = await self._channel.unary(
            FILE_PROCESSOR_SERVICE, LIST_PROCESS_FILE_JOBS, request, call
        )
        return answer

    async def get_process_file_job(
        self, request: m.GetProcessFileJobRequest, call: Call
    ) -> m.ProcessFileJob:
        """Gets a job, with what came of it once it is done. Fails with `NOT_FOUND` if there is none."""
        answer: m.ProcessFileJob = await self._channel.unary(
            FILE_PROCESSOR_SERVICE, GET_PROCESS_FILE_JOB, request, call
        )
        return answer

    async def cancel_process_file_job(
        self, request: m.CancelProcessFileJobRequest, call: Call
    ) -> m.ProcessFileJob:
        """Ends a job early; one that is done stays as it is. Fails with `NOT_FOUND` if there is none."""
        answer: m.ProcessFileJob = await self._channel.unary(
            FILE_PROCESSOR_SERVICE, CANCEL_PROCESS_FILE_JOB, request, call
        )
        return answer

    def parse_file(self, request: m.ParseFileRequest, call: Call) -> Stream[m.ParsedBlock]:
        """Reads a kept file, block by block, for services that cut it themselves. Fails with `NOT_FOUND` if there is none."""
        return self._channel.stream(FILE_PROCESSOR_SERVICE, PARSE_FILE, request, call)


class FileService(Protocol):
    """Keeps files, as OpenAI's Files API does: https://platform.openai.com/docs/api-reference/files

    A file is there whole or not at all: an upload that breaks off leaves nothing. Expired files are as good as gone.
    Every method that names a file fails with `NOT_FOUND` (reason `file_not_found`) if there is none.
    """

    async def upload_file(self, upload: Upload[m.UploadFileRequest], call: Call) -> Answer[m.File]:
        """Keeps a file.

        Fails with `RESOURCE_EXHAUSTED` (413 over REST) if it is larger than the service allows, and with `UNAVAILABLE` (502
        over REST) if where files are kept fails or refuses.
        """
        ...

    async def list_files(self, request: m.ListFilesRequest, call: Call) -> Answer[m.FileList]:
        """Lists files, newest first unless `order` says otherwise."""
        ...

    async def get_file(self, request: m.GetFileRequest, call: Call) -> Answer[m.File]:
        """Gets what is known of a file."""
        ...

    async def delete_file(self, request: m.DeleteFileRequest, call: Call) -> Answer[m.FileDeleted]:
        """Deletes a file."""
        ...

    async def get_file_content(
        self, request: m.GetFileContentRequest, call: Call
    ) -> Stream[m.FileContent]:
        """Gets what is in a file, piece by piece.

        Fails with `UNAVAILABLE` (502 over REST) if where files are kept fails or refuses.
        """
        ...


FILE_SERVICE = "fleet.files.v1.FileService"
"""The service's full name."""

UPLOAD_FILE = Operation(
    rpc="UploadFile",
    request=_UploadFileRequest,
    answer=_File,
    routes=(
        Route("POST", "/v1/files"),
        Route("POST", "/v1/openai/v1/files"),
    ),
    has_body=True,
    upload=True,
)
LIST_FILES = Operation(
    rpc="ListFiles",
    request=_ListFilesRequest,
    answer=_FileList,
    routes=(
        Route("GET", "/v1/files"),
        Route("GET", "/v1/openai/v1/files"),
    ),
    has_body=False,
)
GET_FILE = Operation(
    rpc="GetFile",
    request=_GetFileRequest,
    answer=_File,
    routes=(
        Route("GET", "/v1/files/{file_id}"),
        Route("GET", "/v1/openai/v1/files/{file_id}"),
    ),
    has_body=False,
)
DELETE_FILE = Operation(
    rpc="DeleteFile",
    request=_DeleteFileRequest,
    answer=_FileDeleted,
    routes=(
        Route("DELETE", "/v1/files/{file_id}"),
        Route("DELETE", "/v1/openai/v1/files/{file_id}"),
    ),
    has_body=False,
)
GET_FILE_CONTENT = Operation(
    rpc="GetFileContent",
    request=_GetFileContentRequest,
    answer=_FileContent,
    routes=(
        Route("GET", "/v1/files/{file_id}/content"),
        Route("GET", "/v1/openai/v1/files/{file_id}/content"),
    ),
    has_body=False,
    stream_rpc="GetFileContent",
    chunk=_FileContent,
    download=True,
)


def bind_file_service(implementation: FileService) -> BoundService:
    """Return `implementation` as a server takes it."""
    return BoundService(
        FILE_SERVICE,
        (
            Binding(UPLOAD_FILE, implementation.upload_file),
            Binding(LIST_FILES, implementation.list_files),
            Binding(GET_FILE, implementation.get_file),
            Binding(DELETE_FILE, implementation.delete_file),
            Binding(GET_FILE_CONTENT, implementation.get_file_content),
        ),
    )


class FileServiceClient:
    """The service somewhere else in the fleet, through its typed face."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def upload_file(
        self, request: m.UploadFileRequest, call: Call, content: AsyncIterable[bytes] | None = None
    ) -> m.File:
        """Keeps a file."""
        answer: m.File = await self._channel.upload(
            FILE_SERVICE, UPLOAD_FILE, request, call, content
        )
        return answer

    async def list_files(self, request: m.ListFilesRequest, call: Call) -> m.FileList:
        """Lists files, newest first unless `order` says otherwise."""
        answer: m.FileList = await self._channel.unary(FILE_SERVICE, LIST_FILES, request, call)
        return answer

    async def get_file(self, request: m.GetFileRequest, call: Call) -> m.File:
        """Gets what is known of a file."""
        answer: m.File = await self._channel.unary(FILE_SERVICE, GET_FILE, request, call)
        return answer

    async def delete_file(self, request: m.DeleteFileRequest, call: Call) -> m.FileDeleted:
        """Deletes a file."""
        answer: m.FileDeleted = await self._channel.unary(FILE_SERVICE, DELETE_FILE, request, call)
        return answer

    def get_file_content(
        self, request: m.GetFileContentRequest, call: Call
    ) -> Stream[m.FileContent]:
        """Gets what is in a file, piece by piece."""
        return self._channel.stream(FILE_SERVICE, GET_FILE_CONTENT, request, call)
