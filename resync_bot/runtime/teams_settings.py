"""How the bot meets Microsoft Teams."""

from enum import StrEnum

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from resync_bot.runtime.sections import Section


class TeamsAppType(StrEnum):
    """How the bot is registered in Azure, which decides how it proves who it is."""

    SINGLE_TENANT = "single-tenant"
    MULTI_TENANT = "multi-tenant"
    MANAGED_IDENTITY = "managed-identity"


class TeamsSettings(Section):
    """Microsoft Teams. Off without an app id, except that development takes Microsoft's local test client.

    Lists are separated by commas. Only people of `tenant_id` and of `tenants` are answered; guests only if
    `allow_guests`. `service_urls` are the only servers that the bot ever writes to, each the beginning of a URL.
    """

    app_type: TeamsAppType = TeamsAppType.SINGLE_TENANT
    app_id: str = ""
    app_password: SecretStr | None = Field(None, validate_default=True)
    tenant_id: str = Field("", validate_default=True)
    tenants: str = Field("", validate_default=True)
    allow_guests: bool = False
    issuer: str = "https://api.botframework.com"
    openid_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    token_url: str = ""
    identity_header: SecretStr | None = None
    public_url: str = ""
    service_urls: str = "https://smba.trafficmanager.net/,https://smba.infra.gcc.teams.microsoft.com/"

    @field_validator("app_password")
    @classmethod
    def _secret_of_an_app(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("app_id") and info.data.get("app_type") is not TeamsAppType.MANAGED_IDENTITY and not password:
            raise ValueError("must be set with TEAMS_APP_ID: a client secret of the app registration")
        return password

    @field_validator("tenant_id")
    @classmethod
    def _tenant_of_an_app(cls, tenant: str, info: ValidationInfo) -> str:
        if info.data.get("app_id") and info.data.get("app_type") is not TeamsAppType.MULTI_TENANT and not tenant:
            raise ValueError("must be set with TEAMS_APP_ID: the directory (tenant) id of the app registration")
        return tenant

    @field_validator("tenants")
    @classmethod
    def _somebody_is_allowed(cls, tenants: str, info: ValidationInfo) -> str:
        if info.data.get("app_id") and not tenants and not info.data.get("tenant_id", "left out"):
            raise ValueError("must name the tenants whose people are answered, separated by commas")
        return tenants

    @property
    def allowed_tenants(self) -> frozenset[str]:
        """The tenants whose people are answered; nobody else is."""
        return frozenset(_listed(self.tenants)) | ({self.tenant_id} if self.tenant_id else set())

    @property
    def allowed_service_urls(self) -> tuple[str, ...]:
        """What the URL of a server must begin with for the bot to write to it."""
        return _listed(self.service_urls)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
