"""Membership: what an account or a group may do in a tenant."""

from typing import Literal

from pydantic import Field

from slipway.apimachinery.kinds import Column, Document, Kind, Model

Role = Literal["viewer", "operator", "admin"]


class Subject(Model):
    """Who is meant."""

    kind: Literal["User", "Group"] = Field("User", description="Whether the name is a user's or a group's.")
    name: str = Field(
        min_length=1,
        max_length=290,
        description="A user such as demo:alice, or a group such as slipway:tenant:demo (all of demo).",
    )


class MembershipSpec(Model):
    """Who may do what."""

    subject: Subject = Field(description="The user or group that gets the role.")
    role: Role = Field(
        description="viewer reads; operator also makes and changes clusters; admin also says who is a member."
    )


class MembershipStatus(Model):
    """A Membership works at once and has nothing to tell."""


def subject_key(document: Document) -> str:
    """The subject as the index of grants has it."""
    subject = document["spec"]["subject"]
    return f"{subject.get('kind', 'User')}:{subject['name']}"


MEMBERSHIP = Kind(
    kind="Membership",
    plural="memberships",
    spec=MembershipSpec,
    status=MembershipStatus,
    description="Gives a user or a group a role in a tenant.",
    columns=(
        Column("Subject", subject_key),
        Column("Role", lambda d: d["spec"]["role"]),
        Column("Age", lambda d: d["metadata"].get("creationTimestamp"), "date"),
    ),
)
