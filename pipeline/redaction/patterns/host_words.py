"""Words that host names are made of, and hyphenated words that only look like one."""

from __future__ import annotations

from pipeline.redaction.patterns.speech import FUNCTION_WORDS, word_set

ENVIRONMENTS = word_set("prod production preprod staging stage stg uat qa sandbox canary dev test perf dr live")
ROLES = word_set("""db database web app api node host worker server cache queue proxy gw gateway lb edge core nas san vm box pod master
    replica primary secondary broker runner agent build bastion jump vpn dns mail smtp ftp nfs log logs metrics mon
    monitor backup etl batch job cron search index auth sso ldap pg sql mysql redis kafka mongo es k8s kube cluster render
    print scan kiosk pos till wms erp crm hpc gpu train db1 db2 fw sw rtr switch router""")
# Hyphenated words and numbers that are ordinary or public: "step-3", "sha-256", "gpt-4", "top-5".
ORDINARY = word_set("""step phase top level version layer tier stage port type model part section chapter table figure fig page day week
    month year quarter round version release wave batch class group grade category option priority severity sev p point
    item line row column col question q h v r x y n k t s m l i e d b a c step1 task utf sha md aes rsa tls ssl http https
    ipv oauth es iso rfc cve gpt claude llama gemini bert resnet yolo vgg python java jdk node php ruby go rust vue react
    angular spark ubuntu debian fedora centos rhel windows ios android postgres postgresql mysql redis mongo mongodb kafka
    elasticsearch covid sars omega vitamin il cd mcf hek pd glp tnf tgf caspase interleukin pm usb cat base int float
    fp bf uint mid late early pre post non sub semi multi co re un anti all zero one two three four five six seven eight
    nine ten twenty thirty forty fifty sixty seventy eighty ninety hundred sixty log top-k around nearly about over under""")
COMPOUND_WORDS = (
    FUNCTION_WORDS
    | word_set("""non pre post like only read write ready ish free based side level wide grade like-for end day time scale style
    ops multi semi single specific facing related quality safe tenant memory vector graph value series document sharing""")
)
# Codes of places and regions that are no English words.
SITES = word_set("eu apac emea na latam euw use usw apne sg syd fra lon dub nyc sfo iad gru ams blr bom")
