"""The services that can say who somebody is: where each is, and in which ways it differs from the standard."""

from dataclasses import dataclass, field

from portal.core.enums import Service

DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Endpoints:
    """Where a browser asks for consent, where a code is changed for a token, where a token tells the person."""

    authorize: str
    token: str
    user: str


@dataclass(frozen=True)
class Kind:
    """A service as it is for everybody; `Provider` is one that this installation is registered with.

    With `issuer` it speaks OpenID Connect and is asked for its endpoints; else they are `endpoints`, and
    `own_endpoints` are their paths on a server of one's own. `hosts` are all that it may name.
    """

    service: Service
    name: str
    scope: str
    issuer: str = ""
    hosts: frozenset[str] = frozenset()
    endpoints: Endpoints | None = None
    own_endpoints: Endpoints | None = None
    user_query: dict[str, str] = field(default_factory=dict)
    basic: bool = False
    """Whether it wants our secret in a header and not in the form."""
    nonce: bool = True
    pkce: bool = True

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.service.value.lower()


KINDS = (
    Kind(
        Service.GOOGLE,
        "Google",
        "openid email",
        issuer="https://accounts.google.com",
        hosts=frozenset({"accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"}),
    ),
    Kind(
        # Its tokens carry no nonce, and it refuses a code with a verifier; the state binds the browser.
        Service.LINKEDIN,
        "LinkedIn",
        "openid email",
        issuer="https://www.linkedin.com/oauth",
        hosts=frozenset({"www.linkedin.com", "api.linkedin.com"}),
        nonce=False,
        pkce=False,
    ),
    Kind(
        # Asked for a name or address it would answer by a form from its own site, which comes without our cookie.
        Service.APPLE,
        "Apple",
        "openid",
        issuer="https://appleid.apple.com",
        hosts=frozenset({"appleid.apple.com"}),
    ),
    Kind(
        Service.GITHUB,
        "GitHub",
        "",
        endpoints=Endpoints(
            "https://github.com/login/oauth/authorize",
            "https://github.com/login/oauth/access_token",
            "https://api.github.com/user",
        ),
        own_endpoints=Endpoints("/login/oauth/authorize", "/login/oauth/access_token", "/api/v3/user"),
    ),
    Kind(
        Service.FACEBOOK,
        "Facebook",
        "",
        endpoints=Endpoints(
            "https://www.facebook.com/dialog/oauth",
            "https://graph.facebook.com/oauth/access_token",
            "https://graph.facebook.com/me",
        ),
        own_endpoints=Endpoints("/dialog/oauth", "/oauth/access_token", "/me"),
        user_query={"fields": "id,name"},
    ),
    Kind(
        Service.TWITTER,
        "X (Twitter)",
        "users.read tweet.read",
        endpoints=Endpoints(
            "https://x.com/i/oauth2/authorize",
            "https://api.x.com/2/oauth2/token",
            "https://api.x.com/2/users/me",
        ),
        own_endpoints=Endpoints("/i/oauth2/authorize", "/2/oauth2/token", "/2/users/me"),
        basic=True,
    ),
)
