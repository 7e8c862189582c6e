"""How the documentation becomes a site: `make docs`."""

project = "kim-pipeline"
author = "kim-pipeline"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "kim-pipeline"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
# The site is read from files: nothing of it lies elsewhere.
html_theme_options = {"footer_icons": []}
suppress_warnings = ["misc.highlighting_failure"]
