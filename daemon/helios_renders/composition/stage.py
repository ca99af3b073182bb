"""The stage: a page of the composition's own site that shows the composition in a frame and draws it."""

from helios_renders.composition.addresses import STAGE
from helios_renders.composition.clock import page_script
from helios_renders.composition.site import Site


def add_stage(site: Site) -> str:
    """Lets the site serve the stage, and returns its address."""
    site.add_page(STAGE, page_script("surface/stage.html").encode(), "text/html; charset=utf-8")
    return site.url(STAGE)
