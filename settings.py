"""Scrapy's settings: constants only. The workspace's titlewatch.toml is read by crawler.engine.runner."""

BOT_NAME = "titlewatch"
SPIDER_MODULES = ["spiders.site"]
USER_AGENT = "titlewatch (+https://titlewatch.example/)"

# The page table is the queue, and the spider's one item per page is the only way onward.
SCHEDULER = "crawler.engine.scheduler.FrontierScheduler"
SESSION_OPENER = "crawler.engine.runner.open_for_scrapy"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"

# Bytes are recorded as they come; HTTP/1.1 over one connection per exchange.
DOWNLOAD_HANDLERS = {
    "http": "crawler.engine.wire.WireDownloadHandler",
    "https": "crawler.engine.wire.WireDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Scrapy's own limits on size and data loss would hide what the wire has recorded.
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 64
# One item per page: more workers would only be made and dropped.
CONCURRENT_ITEMS = 1

# Each exchange stands alone: no cookies, no redirects or retries that the frontier does not know of.
DOWNLOADER_MIDDLEWARES_BASE = {
    "crawler.engine.guard.gate.Gate": 100,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en,zh;q=0.9",
    # Not br and zstd: standard tools that a recipient has stumble over them, and what a site sends anyway is read.
    "Accept-Encoding": "gzip, deflate",
}
# Our own guard reads robots.txt: Scrapy's middleware takes error pages for rules.
ROBOTSTXT_OBEY = False
# A bad certificate is recorded, not refused.
DOWNLOAD_VERIFY_CERTIFICATES = False

ITEM_PIPELINES = {
    "pipelines.match.MatchPipeline": 100,
    "pipelines.attribute.AttributePipeline": 200,
    "pipelines.record.RecordPipeline": 300,
    "pipelines.capture.CapturePipeline": 400,
}

EXTENSIONS_BASE: dict[str, int] = {}
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
HTTPPROXY_ENABLED = False
COOKIES_ENABLED = False
REDIRECT_ENABLED = False
RETRY_ENABLED = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOG_LEVEL = "WARNING"
LOG_FORMATTER = "crawler.engine.log.QuietFormatter"
