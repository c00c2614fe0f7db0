"""The log of a Run, line by line, redacted before it gets here."""

from django.db import models


class RunLine(models.Model):
    """One line of one Run."""

    run_uid = models.CharField(max_length=36)
    number = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_uid", "number"], name="one_line_per_number")]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.text
