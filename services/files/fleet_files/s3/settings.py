"""Where files are kept in S3, and how to be let in: the settings by Llama Stack's names."""

from pydantic import Field, field_validator

from fleet_files.provider import RetentionConfig
from fleet_runtime.config import ConfigError, Secret, reveal
from fleet_upstream.bedrock.credentials import Identity
from fleet_upstream.bedrock.signature import AccessKey
from fleet_upstream.settings import HttpAddress, Network, UpstreamConfig


class S3Config(RetentionConfig):
    """Where files are kept."""

    bucket_name: str | Secret
    """The bucket."""
    region: str = "us-east-1"
    """Where it is."""
    aws_access_key_id: Secret | str | None = Field(default=None, repr=False)
    """The name of the access key to sign with. What AWS's credential chain finds if unset."""
    aws_secret_access_key: Secret | str | None = Field(default=None, repr=False)
    """The access key itself."""
    aws_session_token: Secret | str | None = Field(default=None, repr=False)
    """What proves that a temporary access key is one."""
    endpoint_url: HttpAddress | Secret | None = None
    """Where MinIO, Ceph or another that speaks as S3 is. AWS's own, in that region, if unset."""
    auto_create_bucket: bool = False
    """Whether to create the bucket if there is none."""
    key_prefix: str = ""
    """The folder within the bucket, such as `fleet/files`. Files that were kept under another one are not found."""
    network: Network = Network()
    """The way to it."""

    @field_validator("endpoint_url", mode="before")
    @classmethod
    def _unset_if_empty(cls, value: object) -> object:
        return value or None

    @property
    def folder(self) -> str:
        """What all keys begin with."""
        prefix = self.key_prefix.strip("/")
        return f"{prefix}/" if prefix else ""

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return reveal(self.bucket_name)

    def upstream(self) -> UpstreamConfig:
        """Return where the bucket is.

        Buckets of AWS are hosts, https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html; those with
        a dot in their name fit no certificate, and elsewhere there may be no such names.
        """
        if self.endpoint_url:
            base = reveal(self.endpoint_url).rstrip("/")
            return self._at(f"{base}/{self.bucket}")
        domain = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        host = f"s3.{self.region}.{domain}"
        return self._at(
            f"https://{host}/{self.bucket}"
            if "." in self.bucket
            else f"https://{self.bucket}.{host}"
        )

    def _at(self, address: str) -> UpstreamConfig:
        return UpstreamConfig(base_url=address, network=self.network)

    def identity(self) -> Identity:
        """Return who signs.

        Raises:
            ConfigError: Half of a key is set.
        """
        key_id, secret = self.aws_access_key_id, self.aws_secret_access_key
        if bool(key_id) != bool(secret):
            raise ConfigError("aws_access_key_id and aws_secret_access_key go together")
        key = AccessKey.revealed(key_id, secret, self.aws_session_token)
        return Identity(key, region=self.region)
