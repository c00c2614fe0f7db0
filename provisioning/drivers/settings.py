"""How settings are spelled: camelCase in the API, as every other field of it; snake_case in Python."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class DriverSettings(BaseModel):
    """Base of the drivers' settings. Unknown ones are refused: a typing error is no silent default."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)
