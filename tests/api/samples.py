"""Two sample kinds and a source of namespaces: everything the API layer promises is shown with them."""

from typing import Literal

from django.apps import AppConfig
from django.http import HttpResponse
from pydantic import Field, field_validator

from slipway.apimachinery.kinds import (
    Admission,
    Column,
    Document,
    FieldError,
    Kind,
    Model,
    Scale,
    Subresource,
    registry,
)


class Disk(Model):
    """One disk of a widget."""

    name: str = Field(description="What it is called.", min_length=1)
    size: int = Field(10, description="GiB.", ge=1)
    labels: dict[str, str] = Field(default_factory=dict, description="Anything.")


class ControlPlane(Model):
    """The widget's brain."""

    replicas: Literal[1, 3, 5] = Field(1, description="How many.")


class WidgetSpec(Model):
    """What a widget shall be."""

    size: int = Field(1, description="How big the widget is.", ge=0, le=100)
    colour: str = Field("red", description="Which colour it has.")
    nick_name: str | None = Field(None, description="What friends call it.")
    control_plane: ControlPlane = Field(default_factory=ControlPlane, description="Its brain.")
    disks: list[Disk] = Field(
        default_factory=list,
        description="Its disks.",
        json_schema_extra={"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]},
    )
    args: list[str] = Field(default_factory=list, description="An atomic list.")
    password: str | None = Field(None, description="Never shown.")

    @field_validator("colour")
    @classmethod
    def _no_pink(cls, value: str) -> str:
        if value == "pink":
            raise ValueError("pink is not a colour")
        return value


class WidgetStatus(Model):
    """What a widget is."""

    phase: str = Field("Pending", description="Where it is.")
    replicas: int | None = None
    conditions: list[dict[str, str]] = Field(default_factory=list)


def _not_twice(admission: Admission) -> list[FieldError]:
    names = [d["name"] for d in admission.new["spec"]["disks"]]
    return [
        FieldError(f"spec.disks[{i}].name", name, "FieldValueDuplicate")
        for i, name in enumerate(names)
        if name in names[:i]
    ]


def _age(document: Document) -> str:
    return str(document["metadata"]["creationTimestamp"])


def _brain(admission: Admission) -> None:
    admission.new["spec"].setdefault("nickName", admission.new["metadata"]["name"].title())


WIDGET = Kind(
    kind="Widget",
    plural="widgets",
    group="sample.dev",
    spec=WidgetSpec,
    status=WidgetStatus,
    short_names=("wd",),
    categories=("all",),
    columns=(
        Column("Size", lambda d: d["spec"]["size"], type="integer", description="How big."),
        Column("Phase", lambda d: d["status"].get("phase", "")),
        Column("Age", _age, type="date"),
        Column("Colour", lambda d: d["spec"]["colour"], wide=True),
    ),
    secret_fields=("spec.password",),
    default=_brain,
    validate=_not_twice,
    description="A thing to try the API with.",
)


class PoolSpec(Model):
    """What a pool shall be."""

    replicas: int = Field(1, description="How many.", ge=0)


class PoolStatus(Model):
    """What a pool is."""

    replicas: int = 0


POOL = Kind(
    kind="Pool",
    plural="pools",
    group="sample.dev",
    spec=PoolSpec,
    status=PoolStatus,
    scale=Scale(),
    finalizers=("sample.dev/clean",),
    columns=(
        Column("Replicas", lambda d: d["spec"]["replicas"], type="integer"),
        Column("Age", _age, type="date"),
    ),
    description="A thing that scales.",
)


class TenantSpec(Model):
    """Only its name matters."""


TENANT = Kind(
    kind="Tenant",
    plural="tenants",
    group="sample.dev",
    namespaced=False,
    spec=TenantSpec,
    status=TenantSpec,
    columns=(Column("Age", _age, type="date"),),
    description="Makes a namespace.",
)


def _hello(_request: object, document: Document) -> HttpResponse:
    return HttpResponse(f"hello {document['metadata']['name']}\n", content_type="text/plain")


class SamplesConfig(AppConfig):
    """Registers the samples as any app registers its kinds."""

    name = "tests.api"
    label = "samples"

    def ready(self) -> None:
        registry.register(WIDGET, POOL, TENANT)
        registry.add_subresource("widgets", Subresource("hello", "Hello", ("get", "create"), _hello))
