"""The whole URL space: the Kubernetes-style API and nothing else."""

from django.urls import include, path

urlpatterns = [path("", include("slipway.apimachinery.urls"))]
