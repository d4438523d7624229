"""Ends of domain names, public and internal, and public products whose name only looks like a domain."""

from __future__ import annotations

from pipeline.redaction.patterns.speech import word_set

# Ends that make a bare `name.end` a domain. File suffixes that are country codes too (py, rs, sh, md, so, pl) and endings
# that are English words (in, it, is, to, at, me, no, us) are left out here; with a scheme, a path or `www.` any end will do.
PUBLIC_ENDS = word_set(
    """com org net io co dev app ai edu gov mil info biz cloud tech xyz eu uk de fr nl es ca au nz jp cn br mx ar cl
    se dk fi ch ie pt za sg kr hk tw ru ua cz hu ro gr tr il ng ke gh pk ph vn th lk ae sa online store shop site
    agency studio solutions systems health energy finance bank insurance legal software network digital media news
    blog wiki academy school university care clinic ventures capital consulting group global works world zone cafe
    coffee farm hotel travel jobs page link chat tv fm gg cc example""",
)
INTERNAL_ENDS = word_set(
    """internal local corp lan intranet intra localdomain private consul localhost home priv int""",
)
# Spoken "dot net", "dot io" and the like also name technology, so the word in front has to be no product.
PUBLIC_NAMES = word_set(
    """socket.io asp.net vb.net ado.net ml.net draw.io fly.io crates.io docs.rs deeplearning.ai character.ai
    monday.com booking.com salesforce.com github.com gitlab.com bitbucket.org pypi.org npmjs.com docker.io quay.io
    ghcr.io gcr.io k8s.io kubernetes.io cert-manager.io istio.io helm.sh system.io java.io std.io fs.io
    amazonaws.com google.com googleapis.com microsoft.com stackoverflow.com loom.com cloud.google.com schema.org
    w3.org apache.org python.org nodejs.org openai.com huggingface.co c3.ai h2o.ai pol.is last.fm customer.io
    segment.io ipify.org letsencrypt.org metadata.google.internal host.docker.internal svc.cluster.local
    cluster.local example.com""",
)
PRODUCTS_BEFORE_DOT = word_set(
    """socket asp vb ado ml draw fly crates docs node next vue nuxt express three d3 system java std customer""",
)
