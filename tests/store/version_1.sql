BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'titlewatch','the_story','2026-11-22 14:20:12.413211+00:00');
CREATE TABLE authorisation_works (
    authorisation_id TEXT NOT NULL REFERENCES authorisations, work_id TEXT NOT NULL REFERENCES works,
    PRIMARY KEY (authorisation_id, work_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE authorisations (
    authorisation_id TEXT PRIMARY KEY, rightsholder TEXT NOT NULL, reference TEXT NOT NULL, territory TEXT NOT NULL,
    valid_from TEXT NOT NULL, valid_to TEXT NOT NULL, entered_by TEXT NOT NULL, entered_at TEXT NOT NULL,
    document_sha256 TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE bundles (
    bundle_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, made_at TEXT NOT NULL, folder TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL, agency TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE captures (
    capture_id TEXT PRIMARY KEY, exchange_id TEXT NOT NULL REFERENCES exchanges, url TEXT NOT NULL,
    captured_at TEXT NOT NULL, facts TEXT NOT NULL, files TEXT NOT NULL,
    segment TEXT NOT NULL, segment_offset INTEGER NOT NULL, segment_length INTEGER NOT NULL, records TEXT NOT NULL,
    ledger_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "captures" VALUES('01JCAP00000000000000000000','01JX0000000000000000000002','http://harbour.example/thread/41-1.html','2026-03-01T08:00:00.250000Z','{"browser": "Chromium 131", "viewport": [900, 1600]}','{"screenshot.png": {"sha256": "ac6d9c6cda30f38e6faa611775523284b1e660575d87c31eefe7204c129f6041", "bytes": 8078}, "dom.html": {"sha256": "ac5a493403ffd3bcd04f942493f7f88a9b75422a120fbfb78c947f07447c6da9", "bytes": 358}}','TW-01JRUN00000000000000000000-000001.warc.gz',6045,2029,'[{"id": "urn:uuid:75dadf36-bc76-550e-9779-3df91fee0f42", "type": "resource", "offset": 6045, "length": 1423, "sha256": "d23b63d4786bb83317db6c81d091e769838a2d30cc3be1ceab47e89766f0f741", "block_sha256": "ac6d9c6cda30f38e6faa611775523284b1e660575d87c31eefe7204c129f6041"}, {"id": "urn:uuid:0921a1cf-4ac0-53d5-b691-ea24b8170402", "type": "resource", "offset": 7468, "length": 606, "sha256": "1c8ca1f5210ab77c2e7d6a74882ce2f8fdbccb1fb9e9ec2ae2247cded16737fb", "block_sha256": "ac5a493403ffd3bcd04f942493f7f88a9b75422a120fbfb78c947f07447c6da9"}]',6);
CREATE TABLE case_items (
    case_id TEXT NOT NULL REFERENCES cases, hit_id TEXT NOT NULL REFERENCES hits, position INTEGER NOT NULL,
    added_at TEXT NOT NULL, ledger_seq INTEGER, PRIMARY KEY (case_id, hit_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "case_items" VALUES('01M81T1ZY6Z8PTAF4FHF55RSBS','01JHIT00000000000000000000',1,'2026-11-22T14:20:12.616495Z',19);
INSERT INTO "case_items" VALUES('01M81T1ZY6Z8PTAF4FHF55RSBS','01JHIT00000000000000000001',2,'2026-11-22T14:20:12.616495Z',19);
INSERT INTO "case_items" VALUES('01M81T1ZY6Z8PTAF4FHF55RSBS','01JHIT00000000000000000002',3,'2026-11-22T14:20:12.616495Z',19);
CREATE TABLE cases (
    case_id TEXT PRIMARY KEY, title TEXT NOT NULL, track TEXT, opened_at TEXT NOT NULL, opened_by TEXT NOT NULL,
    ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "cases" VALUES('01M81T1ZY6Z8PTAF4FHF55RSBS','灯海归航 and other works','criminal','2026-11-22T14:20:12.614892Z','analyst@desk',18);
CREATE TABLE decisions (
    decision_id TEXT PRIMARY KEY, hit_id TEXT NOT NULL REFERENCES hits, verdict TEXT NOT NULL,
    note TEXT NOT NULL, decided_by TEXT NOT NULL, system_user TEXT NOT NULL, system_host TEXT NOT NULL,
    decided_at TEXT NOT NULL, supersedes TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "decisions" VALUES('01M81T1ZY9JT7GHXV681PQ456B','01JHIT00000000000000000000','infringing','a private note','Zhou Example','analyst','desk','2026-11-22T14:20:12.617830Z',NULL,20);
INSERT INTO "decisions" VALUES('01M81T1ZY9JT7GHXV681PQ456C','01JHIT00000000000000000001','infringing','a private note','Zhou Example','analyst','desk','2026-11-22T14:20:12.617830Z',NULL,21);
INSERT INTO "decisions" VALUES('01M81T1ZYAM08FQV2ND8SQ0RXM','01JHIT00000000000000000002','infringing','a private note','Zhou Example','analyst','desk','2026-11-22T14:20:12.617830Z',NULL,22);
CREATE TABLE exchanges (
    exchange_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, site_id TEXT NOT NULL, url TEXT NOT NULL,
    purpose TEXT NOT NULL, status INTEGER, error TEXT, truncated TEXT, started_at TEXT NOT NULL,
    address TEXT, port INTEGER, via TEXT, hop INTEGER NOT NULL DEFAULT 0,
    response_sha256 TEXT NOT NULL, response_bytes INTEGER NOT NULL,
    ledger_seq INTEGER, segment TEXT, segment_offset INTEGER, segment_length INTEGER, records TEXT,
    spool TEXT, spool_offset INTEGER, spool_length INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO "exchanges" VALUES('01JX0000000000000000000000','01JRUN00000000000000000000','harbour','http://harbour.example/robots.txt','robots',200,NULL,NULL,'2026-03-01T08:00:00.250000Z','127.0.0.1',80,NULL,0,'f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df',146,3,'TW-01JRUN00000000000000000000-000001.warc.gz',387,1739,'[{"id": "urn:uuid:c8e2f145-072f-5629-8f2e-0c86f7f83de7", "type": "response", "offset": 387, "length": 543, "sha256": "4766ec21884ebec0e8224f22d8f5bd49a88a4431a266d1d93c68e702bccbeb5e", "block_sha256": "f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df"}, {"id": "urn:uuid:ad9d8d6a-9191-5ddb-b5d1-8d59704f3544", "type": "request", "offset": 930, "length": 413, "sha256": "bca6ba012a51ea34e0c29ed720a89bbabc07ed4e698a05e1dae47f14e49c3138", "block_sha256": "6234803423bcc29136e3636d3ddb6219b6d021895a6ae427b126ba6b18af2c30"}, {"id": "urn:uuid:c0e2fd41-a7e8-559b-8b52-277825b4d0a0", "type": "metadata", "offset": 1343, "length": 783, "sha256": "6552426d2c70b23ce562aaf670952297e7d75f619178f29f99ff8c176c437eef", "block_sha256": "bd6abf89f9861b30d4bc471ae11e93801dae8785587a45e34aaff2316cf71967"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000001','01JRUN00000000000000000000','harbour','http://harbour.example/','page',200,NULL,NULL,'2026-03-01T08:00:01.250000Z','127.0.0.1',80,NULL,0,'1645cb13dcc0dd941973cd612dc98111bc9a3d5aba8a8f8bc46e6adef4e004f4',252,4,'TW-01JRUN00000000000000000000-000001.warc.gz',2126,1861,'[{"id": "urn:uuid:0530fc3d-5c6e-5dea-b3ce-0b2f69306501", "type": "response", "offset": 2126, "length": 676, "sha256": "acb90ecb34ffd5dedc88a268a594ab0ce2fb7318395cabac4c84c73c9c841560", "block_sha256": "1645cb13dcc0dd941973cd612dc98111bc9a3d5aba8a8f8bc46e6adef4e004f4"}, {"id": "urn:uuid:4f0be4e3-c9ab-58d2-9d2d-d0a062c4832f", "type": "request", "offset": 2802, "length": 407, "sha256": "a0bf20784197daf22808527e92c2e9783f7d2b74b8ea9f4ecfe9e9168edb074c", "block_sha256": "52519c07740bba50f8ececc95eb8f68a0c5dd0f4bb3d2bd97d381874efd59d1d"}, {"id": "urn:uuid:3a643b36-ae2e-53bb-af47-44d027d64aa5", "type": "metadata", "offset": 3209, "length": 778, "sha256": "52d8a83be2524f037474ad66c014770f16cbe7debf28e0a4547fa85e3d03b72b", "block_sha256": "af91666434a8310c2d938bb71f888edbbcf14ad99a3151e1f1fd20c912e8e631"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000002','01JRUN00000000000000000000','harbour','http://harbour.example/thread/41-1.html','page',200,NULL,NULL,'2026-03-01T08:00:02.250000Z','127.0.0.1',80,NULL,0,'2c83d82c4456dfcb34c05e1b3a31f6832d33ca649716bcd8aafca2d61b99071f',379,5,'TW-01JRUN00000000000000000000-000001.warc.gz',3987,2058,'[{"id": "urn:uuid:35acacbc-4d8c-52c4-a979-cdce89093e4d", "type": "response", "offset": 3987, "length": 846, "sha256": "30faf8203e228df6a8ab1285ab3404980e254425375a7f8c0d7760d8f15f97dc", "block_sha256": "2c83d82c4456dfcb34c05e1b3a31f6832d33ca649716bcd8aafca2d61b99071f"}, {"id": "urn:uuid:4c66f5f5-f58b-5479-b736-6750cedc708c", "type": "request", "offset": 4833, "length": 419, "sha256": "1918ea77d78b0e2992762505757486d5ca28ca4486ff6b0f195c26b3b8182fbb", "block_sha256": "c15d5de3d8804fe94f8aaa0323719f8e9b002b477ea2d571bd1163a45283c704"}, {"id": "urn:uuid:5dd1fb21-4088-55ad-aae7-45877d16c82e", "type": "metadata", "offset": 5252, "length": 793, "sha256": "3608861517dee042123976791d9ea0aa2720465f95e6c30a894c2710664820e3", "block_sha256": "0c5200327174b4137098903010bd85356190f43a14b973d096f9cdbc5e9a98c3"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000010','01JRUN00000000000000000000','harbour','https://harbour.example/robots.txt','robots',200,NULL,NULL,'2026-03-01T08:00:10.250000Z','127.0.0.1',443,NULL,0,'f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df',146,8,'TW-01JRUN00000000000000000000-000001.warc.gz',8074,1743,'[{"id": "urn:uuid:22e865c1-cbcd-5d07-b7a8-9a6ea06d0b23", "type": "response", "offset": 8074, "length": 543, "sha256": "958b9ed1263af14052b2866ecd887167e5d0c153a1f20031e18cd166816453d2", "block_sha256": "f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df"}, {"id": "urn:uuid:0bc43a72-f895-565e-b3f4-de8189a1a330", "type": "request", "offset": 8617, "length": 414, "sha256": "54ba6690689202648ef858c0c4c71992f9d194cf617999fc727574080389780d", "block_sha256": "a201402570b18996820a6ed604acc688a9b483f382b1d67bc3ac9c02a4c4e382"}, {"id": "urn:uuid:6411cd46-d44d-50d7-9dc4-dd34267de5f8", "type": "metadata", "offset": 9031, "length": 786, "sha256": "f7c6d95be9627c70644a5ccc9fcd34400624324a70b4edffec1e36dea9c00b69", "block_sha256": "0433b99d7dc27b854bd5c2fc422c75c66135a3595df42ba07130c85a34c6b5e1"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000011','01JRUN00000000000000000000','harbour','https://harbour.example/','page',200,NULL,NULL,'2026-03-01T08:00:11.250000Z','127.0.0.1',443,NULL,0,'4b5f751a42e3ac44f0f1efb5935cc121883cb9cce032677dc3c6463561c5d013',255,9,'TW-01JRUN00000000000000000000-000001.warc.gz',9817,1871,'[{"id": "urn:uuid:c3fac193-e234-52cb-b912-e75e3d79dc93", "type": "response", "offset": 9817, "length": 687, "sha256": "616b88b40c69c10c29a3f33ca1155c0d6bc9e6fd00cdbacb7fab6fb1d2652912", "block_sha256": "4b5f751a42e3ac44f0f1efb5935cc121883cb9cce032677dc3c6463561c5d013"}, {"id": "urn:uuid:27bd717b-0015-508c-bbb6-ab107c03292a", "type": "request", "offset": 10504, "length": 406, "sha256": "d2741824c85d4c722912e2d6faf00b9c66999efab10f62f239a66efadb5dca5c", "block_sha256": "957a1ead00da09cb84e407b2c475d829553ffecc1d0140474fec0ab2264eea95"}, {"id": "urn:uuid:9bcc9919-b4ad-5d6a-a7cd-bd70b346cc19", "type": "metadata", "offset": 10910, "length": 778, "sha256": "d888170465df0d1c4e620d8a1a1947109f19faaee6550e597f784784f7ab3562", "block_sha256": "1b382ea1fe0c648e65a2ed2a328b5f41b57edf6dcc1751277a58f4af0c92a2ad"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000012','01JRUN00000000000000000000','harbour','https://harbour.example/thread/42-1.html','page',200,NULL,NULL,'2026-03-01T08:00:12.250000Z','127.0.0.1',443,NULL,0,'5947d776ba02b93303b216a77f615222aaee6527346250ccb1796b2ee4c037dd',325,10,'TW-01JRUN00000000000000000000-000001.warc.gz',11688,3237,'[{"id": "urn:uuid:c503e6cf-e4ba-5275-9c2f-bc0aa9d7efff", "type": "response", "offset": 11688, "length": 829, "sha256": "6836273f72a7f020137f7768d9d9d702b4d51f2d3395506348728fa68d5d7b56", "block_sha256": "5947d776ba02b93303b216a77f615222aaee6527346250ccb1796b2ee4c037dd"}, {"id": "urn:uuid:c28447e4-56d7-5ea5-bfaa-00e6e13849ba", "type": "request", "offset": 12517, "length": 456, "sha256": "3cb8f096c7482d4f0193ba0ec83e8cb6bcd38d128e561f45ee734be6578a7f9b", "block_sha256": "fdfdc1f5a8750c433adff1820f56c0cd2afac92ec78d7f012d8d2c5b06076431"}, {"id": "urn:uuid:fe7164d2-0801-5988-93ad-ad8a7d58bbc8", "type": "metadata", "offset": 12973, "length": 1952, "sha256": "4b3d721d1cd3c4499e14b35096d43c6934824065b0913f5ba3cd6d7bbc946359", "block_sha256": "bd2c31550ef591b1b745928b88ef2122c80d5aa7bd1258a7da1585e2bbaf7930"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000020','01JRUN00000000000000000000','attic','http://attic.example/robots.txt','robots',200,NULL,NULL,'2026-03-01T08:00:20.250000Z','127.0.0.1',80,NULL,0,'f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df',146,12,'TW-01JRUN00000000000000000000-000001.warc.gz',14925,1738,'[{"id": "urn:uuid:2ffbde2c-cee7-5601-93b0-787e0afb9830", "type": "response", "offset": 14925, "length": 540, "sha256": "d613e9ab4fe0efbc3eb58d513980bee2e5486860fe2b2d838fefb2e3e370d960", "block_sha256": "f351e3784bf63525d5eab8b3d6636e9eb663a859655671cc3f5028f3f834b1df"}, {"id": "urn:uuid:e9e929bb-4071-5d6d-8bf2-a863074f2d79", "type": "request", "offset": 15465, "length": 413, "sha256": "54c313ebceb008a5b5acf9c8f09c8fa2a37d44d59c06fda518f596e8658c33b3", "block_sha256": "c5e38d73476ae00f31989c5f440853ae5d3da22fc972de16a85b60dced02955d"}, {"id": "urn:uuid:39ab798f-4f20-575d-92ec-b5ea9e3ed527", "type": "metadata", "offset": 15878, "length": 785, "sha256": "c1b7ea92dc8abd4177b23ba1e8808c1b1d66c8a21de12073f8ebb5343ebb4125", "block_sha256": "f8ac6f638f4a9488933b6028ed6db38bd94515218ede0d6b22bad3d788fe1d83"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000021','01JRUN00000000000000000000','attic','http://attic.example/','page',200,NULL,NULL,'2026-03-01T08:00:21.250000Z','127.0.0.1',80,NULL,0,'7af5e92ed307869828507c210692cae53324e757e17c9a67136d5e816a836e9d',222,13,'TW-01JRUN00000000000000000000-000001.warc.gz',16663,1818,'[{"id": "urn:uuid:11f0ba6e-b708-5c61-9742-9ff6af4f6ddf", "type": "response", "offset": 16663, "length": 644, "sha256": "ed06feb02ae51d7304b5f80ae64b160cd000433994c77d7f6ceaca2a2e0832ac", "block_sha256": "7af5e92ed307869828507c210692cae53324e757e17c9a67136d5e816a836e9d"}, {"id": "urn:uuid:6df19122-5377-5359-a082-f45a0deee606", "type": "request", "offset": 17307, "length": 403, "sha256": "3b032eea914b827c361955bde679b6006dcfac1ba57a713d19e0e33ab4a4c686", "block_sha256": "96158f4ad586d8c72658618f43e30e1bcd662d603beb9eb6b8c01c06f27ef0ae"}, {"id": "urn:uuid:176315bc-5584-5705-981d-f6a4d9fb4441", "type": "metadata", "offset": 17710, "length": 771, "sha256": "3244b7f8f606be6d5e3f9eab26a121ad9acfdca191b6b414ca9cac724b8706a7", "block_sha256": "85b070544f88af779a55d9d83bf3eddc36e18276ba4f836ee333e0452dd82bfb"}]',NULL,NULL,NULL);
INSERT INTO "exchanges" VALUES('01JX0000000000000000000022','01JRUN00000000000000000000','attic','http://attic.example/2026/02/atlas-of-tides/','page',200,NULL,NULL,'2026-03-01T08:00:22.250000Z','127.0.0.1',80,NULL,0,'d0114a7bb622d39e01f96fe94984cf723818ee484c66fce79f98452f1931b9b0',263,14,'TW-01JRUN00000000000000000000-000001.warc.gz',18481,1923,'[{"id": "urn:uuid:88cd9e55-3810-5d94-a1fe-967308b66f01", "type": "response", "offset": 18481, "length": 710, "sha256": "9397034519a010bfe9e76d17a5738b2fb219c515deb1597ca7008e79a5369129", "block_sha256": "d0114a7bb622d39e01f96fe94984cf723818ee484c66fce79f98452f1931b9b0"}, {"id": "urn:uuid:404aac90-7cd0-5ff1-82a4-568b0009e4e7", "type": "request", "offset": 19191, "length": 420, "sha256": "b68f23d2443e83237f2e14c52672961b376307cae8aa02c2d24e8d7dae09e5dd", "block_sha256": "461468c6896976f8f4b664858eb1d8659fe5e95b980cd343e31e01d2f1623c00"}, {"id": "urn:uuid:936000af-3826-531a-8aea-e264b21c9d3a", "type": "metadata", "offset": 19611, "length": 793, "sha256": "c305afbbb2c67f9803ff80d3929335f7604edc3ef2ef89a8b6cca9126a9bdf79", "block_sha256": "4c1379eff2d169c2186bceaa2832ea387c0b75251dd2950d8af30d19accb7f02"}]',NULL,NULL,NULL);
CREATE TABLE exhibit_captures (
    exhibit_id TEXT NOT NULL REFERENCES exhibits, capture_id TEXT NOT NULL REFERENCES captures,
    PRIMARY KEY (exhibit_id, capture_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "exhibit_captures" VALUES('01JEXH00000000000000000000','01JCAP00000000000000000000');
CREATE TABLE exhibit_exchanges (
    exhibit_id TEXT NOT NULL REFERENCES exhibits, exchange_id TEXT NOT NULL REFERENCES exchanges,
    role TEXT NOT NULL CHECK (role IN ('page', 'lead', 'redirect', 'robots', 'picture')),
    PRIMARY KEY (exhibit_id, exchange_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000000','01JX0000000000000000000000','robots');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000000','01JX0000000000000000000001','lead');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000000','01JX0000000000000000000002','page');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000001','01JX0000000000000000000010','robots');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000001','01JX0000000000000000000011','lead');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000001','01JX0000000000000000000012','page');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000002','01JX0000000000000000000020','robots');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000002','01JX0000000000000000000021','lead');
INSERT INTO "exhibit_exchanges" VALUES('01JEXH00000000000000000002','01JX0000000000000000000022','page');
CREATE TABLE exhibits (
    exhibit_id TEXT PRIMARY KEY, hit_id TEXT NOT NULL REFERENCES hits, made_at TEXT NOT NULL,
    ledger_seq INTEGER NOT NULL, listing TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "exhibits" VALUES('01JEXH00000000000000000000','01JHIT00000000000000000000','2026-03-01T08:00:00.250000Z',7,'{"hidden":"本帖隐藏的内容需要回复才可以浏览","is_reply":false,"links":[{"access_code":"k7m2","as_written":"hxxps://pan.drive.example/s/1aBcDeFgH","damaged":false,"family":"drive","kind":"cloud_drive","object":"share:drive/1aBcDeFgH","url":"https://pan.drive.example/s/1aBcDeFgH"}],"match":{"reasons":[{"facts":{"title":"灯海归航"},"in":"title","rule":"title-words","span":[5,9],"text":"The listing''s title contains the title “灯海归航”.","weight":0.7},{"facts":{"kind":"cloud_drive"},"in":"target","rule":"offer-target","span":null,"text":"The listing offers a copy.","weight":0.25},{"facts":{},"in":"body","rule":"body-words","span":[4,8],"text":"The text names the work.","weight":0.02}],"rules_version":"2026-03","score":0.97,"work_id":"lantern"},"page_url":"http://harbour.example/thread/41-1.html","players":[],"posted_at":"2026-02-26T08:00:00.250000Z","posted_at_basis":"date-header","posted_at_text":"3天前","posted_by":"tide_runner","price":null,"text":"发一个《灯海归航》的资源\n链接 hxxps://pan.drive.example/s/1aBcDeFgH 提取码: k7m2\n=HYPERLINK(\"x\") ‮txt.exe‬ <b>粗</b>","title":"[BD] 灯海归航 2024 1080P 网盘下载","url":"http://harbour.example/thread/41-1.html"}');
INSERT INTO "exhibits" VALUES('01JEXH00000000000000000001','01JHIT00000000000000000001','2026-03-01T08:00:00.250000Z',11,'{"hidden":null,"is_reply":false,"links":[{"access_code":null,"as_written":"magnet:?xt=urn:btih:abababababababababababababababababababab&dn=The.Lantern.Sea.2024.1080p","damaged":false,"family":null,"kind":"magnet","object":"btih:abababababababababababababababababababab","url":"magnet:?xt=urn:btih:abababababababababababababababababababab&dn=The.Lantern.Sea.2024.1080p"}],"match":{"reasons":[{"facts":{"title":"The Lantern Sea"},"in":"title","rule":"title-words","span":[1,16],"text":"The listing''s title contains the title “The Lantern Sea”.","weight":0.7},{"facts":{"kind":"magnet"},"in":"target","rule":"offer-target","span":null,"text":"The listing offers a copy.","weight":0.25},{"facts":{},"in":"body","rule":"body-words","span":[0,15],"text":"The text names the work.","weight":0.02}],"rules_version":"2026-03","score":0.97,"work_id":"lantern"},"page_url":"https://harbour.example/thread/42-1.html","players":[],"posted_at":"2026-02-26T08:00:00.250000Z","posted_at_basis":"date-header","posted_at_text":"3天前","posted_by":"tide_runner","price":null,"text":"The Lantern Sea, all parts.\nLine of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. \nmagnet below","title":"=The Lantern Sea (2024) full movie very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-","url":"https://harbour.example/thread/42-1.html"}');
INSERT INTO "exhibits" VALUES('01JEXH00000000000000000002','01JHIT00000000000000000002','2026-03-01T08:00:00.250000Z',15,'{"hidden":null,"is_reply":false,"links":[{"access_code":null,"as_written":"https://box.locker.example/f/9911","damaged":false,"family":null,"kind":"locker","object":"file:locker/9911","url":"https://box.locker.example/f/9911"}],"match":{"reasons":[{"facts":{"title":"Atlas of Tides"},"in":"title","rule":"title-words","span":[0,14],"text":"The listing''s title contains the title “Atlas of Tides”.","weight":0.7},{"facts":{"kind":"locker"},"in":"target","rule":"offer-target","span":null,"text":"The listing offers a copy.","weight":0.25},{"facts":{},"in":"body","rule":"body-words","span":[0,14],"text":"The text names the work.","weight":0.02}],"rules_version":"2026-03","score":0.97,"work_id":"atlas"},"page_url":"http://attic.example/2026/02/atlas-of-tides/","players":[],"posted_at":"2026-02-26T08:00:00.250000Z","posted_at_basis":"date-header","posted_at_text":"3天前","posted_by":"tide_runner","price":null,"text":"Atlas of Tides by M. Orlova. Mirror: https://box.locker.example/f/9911","title":"Atlas of Tides epub","url":"http://attic.example/2026/02/atlas-of-tides/"}');
CREATE TABLE exhibits_due (
    hit_id TEXT PRIMARY KEY REFERENCES hits, exchange_id TEXT NOT NULL REFERENCES exchanges,
    snapshot TEXT NOT NULL, roles TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE hits (
    hit_id TEXT PRIMARY KEY, listing_id TEXT NOT NULL REFERENCES listings, work_id TEXT NOT NULL REFERENCES works,
    url TEXT NOT NULL, score REAL NOT NULL, reasons TEXT NOT NULL, rules_version TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'new', first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, exhibit_id TEXT,
    UNIQUE (url, work_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "hits" VALUES('01JHIT00000000000000000000','01M81T1ZXEC02WD7VYBG9V8HGK','lantern','http://harbour.example/thread/41-1.html',0.97,'[{"rule": "title-words", "weight": 0.7, "text": "The listing''s title contains the title “灯海归航”.", "in": "title", "span": [5, 9], "facts": {"title": "灯海归航"}}, {"rule": "offer-target", "weight": 0.25, "text": "The listing offers a copy.", "in": "target", "span": null, "facts": {"kind": "cloud_drive"}}, {"rule": "body-words", "weight": 0.02, "text": "The text names the work.", "in": "body", "span": [4, 8], "facts": {}}]','2026-03','infringing','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JEXH00000000000000000000');
INSERT INTO "hits" VALUES('01JHIT00000000000000000001','01M81T1ZXVA90DY2DGNW2V40NJ','lantern','https://harbour.example/thread/42-1.html',0.97,'[{"rule": "title-words", "weight": 0.7, "text": "The listing''s title contains the title “The Lantern Sea”.", "in": "title", "span": [1, 16], "facts": {"title": "The Lantern Sea"}}, {"rule": "offer-target", "weight": 0.25, "text": "The listing offers a copy.", "in": "target", "span": null, "facts": {"kind": "magnet"}}, {"rule": "body-words", "weight": 0.02, "text": "The text names the work.", "in": "body", "span": [0, 15], "facts": {}}]','2026-03','infringing','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JEXH00000000000000000001');
INSERT INTO "hits" VALUES('01JHIT00000000000000000002','01M81T1ZY0Z91S653XFNYP7EC0','atlas','http://attic.example/2026/02/atlas-of-tides/',0.97,'[{"rule": "title-words", "weight": 0.7, "text": "The listing''s title contains the title “Atlas of Tides”.", "in": "title", "span": [0, 14], "facts": {"title": "Atlas of Tides"}}, {"rule": "offer-target", "weight": 0.25, "text": "The listing offers a copy.", "in": "target", "span": null, "facts": {"kind": "locker"}}, {"rule": "body-words", "weight": 0.02, "text": "The text names the work.", "in": "body", "span": [0, 14], "facts": {}}]','2026-03','infringing','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JEXH00000000000000000002');
CREATE TABLE hosting_urls (
    listing_id TEXT NOT NULL REFERENCES listings, position INTEGER NOT NULL,
    kind TEXT NOT NULL, family TEXT, url TEXT NOT NULL, object TEXT, access_code TEXT, as_written TEXT NOT NULL,
    found_where TEXT NOT NULL, damaged INTEGER NOT NULL DEFAULT 0, first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
    PRIMARY KEY (listing_id, url)
) STRICT, WITHOUT ROWID;
INSERT INTO "hosting_urls" VALUES('01M81T1ZXEC02WD7VYBG9V8HGK',0,'cloud_drive','drive','https://pan.drive.example/s/1aBcDeFgH','share:drive/1aBcDeFgH','k7m2','hxxps://pan.drive.example/s/1aBcDeFgH','text',0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
INSERT INTO "hosting_urls" VALUES('01M81T1ZXVA90DY2DGNW2V40NJ',0,'magnet',NULL,'magnet:?xt=urn:btih:abababababababababababababababababababab&dn=The.Lantern.Sea.2024.1080p','btih:abababababababababababababababababababab',NULL,'magnet:?xt=urn:btih:abababababababababababababababababababab&dn=The.Lantern.Sea.2024.1080p','text',0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
INSERT INTO "hosting_urls" VALUES('01M81T1ZY0Z91S653XFNYP7EC0',0,'locker',NULL,'https://box.locker.example/f/9911','file:locker/9911',NULL,'https://box.locker.example/f/9911','text',0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
CREATE TABLE listings (
    listing_id TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites,
    source_page TEXT NOT NULL REFERENCES source_pages, url TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, text TEXT NOT NULL, posted_at TEXT, posted_at_text TEXT, posted_at_basis TEXT,
    posted_by TEXT, hidden TEXT, players TEXT NOT NULL DEFAULT '[]', price TEXT, is_reply INTEGER NOT NULL,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, exchange_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "listings" VALUES('01M81T1ZXEC02WD7VYBG9V8HGK','harbour','http://harbour.example/thread/41-1.html','http://harbour.example/thread/41-1.html','[BD] 灯海归航 2024 1080P 网盘下载','发一个《灯海归航》的资源
链接 hxxps://pan.drive.example/s/1aBcDeFgH 提取码: k7m2
=HYPERLINK("x") ‮txt.exe‬ <b>粗</b>','2026-02-26T08:00:00.250000Z','3天前','date-header','tide_runner','本帖隐藏的内容需要回复才可以浏览','[]',NULL,0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JX0000000000000000000002');
INSERT INTO "listings" VALUES('01M81T1ZXVA90DY2DGNW2V40NJ','harbour','https://harbour.example/thread/42-1.html','https://harbour.example/thread/42-1.html','=The Lantern Sea (2024) full movie very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-very-long-title-','The Lantern Sea, all parts.
Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. Line of chatter that says nothing about it. 
magnet below','2026-02-26T08:00:00.250000Z','3天前','date-header','tide_runner',NULL,'[]',NULL,0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JX0000000000000000000012');
INSERT INTO "listings" VALUES('01M81T1ZY0Z91S653XFNYP7EC0','attic','http://attic.example/2026/02/atlas-of-tides/','http://attic.example/2026/02/atlas-of-tides/','Atlas of Tides epub','Atlas of Tides by M. Orlova. Mirror: https://box.locker.example/f/9911','2026-02-26T08:00:00.250000Z','3天前','date-header','tide_runner',NULL,'[]',NULL,0,'2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z','01JX0000000000000000000022');
CREATE TABLE net_observations (
    observation_id TEXT PRIMARY KEY, host TEXT NOT NULL, observed_at TEXT NOT NULL, exchange_id TEXT NOT NULL,
    resolved TEXT NOT NULL, address TEXT, certificate_sha256 TEXT, facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "net_observations" VALUES('01JOBS00000000000000000000','harbour.example','2026-03-01T08:00:00.250000Z','01JX0000000000000000000002','["127.0.0.1"]','127.0.0.1',NULL,'{}');
INSERT INTO "net_observations" VALUES('01JOBS00000000000000000001','harbour.example','2026-03-01T08:00:00.250000Z','01JX0000000000000000000012','["127.0.0.1"]','127.0.0.1',NULL,'{}');
INSERT INTO "net_observations" VALUES('01JOBS00000000000000000002','attic.example','2026-03-01T08:00:00.250000Z','01JX0000000000000000000022','["127.0.0.1"]','127.0.0.1',NULL,'{}');
CREATE TABLE pages (
    page_id INTEGER PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites, url TEXT NOT NULL,
    role TEXT NOT NULL, depth INTEGER NOT NULL, priority INTEGER NOT NULL, hop INTEGER NOT NULL DEFAULT 0,
    via TEXT, via_page_id INTEGER, mark TEXT,
    state TEXT NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'done', 'failed', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0, not_before TEXT, error TEXT,
    reading TEXT, etag TEXT, last_modified TEXT, last_exchange TEXT, last_fetched TEXT, next_due TEXT,
    offers INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site_id, url)
) STRICT;
CREATE TABLE reference_urls (
    url TEXT PRIMARY KEY, work_id TEXT NOT NULL REFERENCES works
) STRICT, WITHOUT ROWID;
CREATE TABLE referral_approvals (
    referral_id TEXT NOT NULL REFERENCES referrals, approved_by TEXT NOT NULL, system_user TEXT NOT NULL,
    system_host TEXT NOT NULL, approved_at TEXT NOT NULL, PRIMARY KEY (referral_id, system_user, system_host)
) STRICT, WITHOUT ROWID;
CREATE TABLE referrals (
    referral_id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases, bundle_id TEXT REFERENCES bundles,
    agency TEXT NOT NULL, legal_basis TEXT NOT NULL, state TEXT NOT NULL
        CHECK (state IN ('draft', 'approved', 'dispatched', 'acknowledged', 'answered')),
    drafted_by TEXT NOT NULL, drafted_at TEXT NOT NULL, outcome TEXT, ledger_seq INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, started_at TEXT NOT NULL, finished_at TEXT, software TEXT NOT NULL,
    configuration TEXT NOT NULL, outcome TEXT
) STRICT;
INSERT INTO "runs" VALUES('01JRUN00000000000000000000','2026-11-22T14:20:12.426611Z',NULL,'titlewatch 0.1.0','{"crawl":{"delay":5.0}}',NULL);
CREATE TABLE site_hosts (
    site_id TEXT NOT NULL REFERENCES sites, host TEXT NOT NULL, origin TEXT NOT NULL
        CHECK (origin IN ('added', 'redirect')), first_seen TEXT NOT NULL,
    PRIMARY KEY (site_id, host)
) STRICT, WITHOUT ROWID;
INSERT INTO "site_hosts" VALUES('attic','attic.example:80','added','2026-11-22T14:20:12.426271Z');
INSERT INTO "site_hosts" VALUES('harbour','harbour.example:80','added','2026-11-22T14:20:12.425745Z');
CREATE TABLE sites (
    site_id TEXT PRIMARY KEY, url TEXT NOT NULL, engine TEXT, engine_named INTEGER NOT NULL DEFAULT 0,
    robots TEXT NOT NULL DEFAULT 'obey' CHECK (robots IN ('obey', 'ignore')), authority TEXT,
    added_at TEXT NOT NULL, added_by TEXT NOT NULL,
    CHECK (robots = 'obey' OR (authority IS NOT NULL AND authority <> ''))
) STRICT;
INSERT INTO "sites" VALUES('harbour','http://harbour.example/','discuz-x',0,'obey',NULL,'2026-11-22T14:20:12.425745Z','tester');
INSERT INTO "sites" VALUES('attic','http://attic.example/','discuz-x',0,'obey',NULL,'2026-11-22T14:20:12.426271Z','tester');
CREATE TABLE source_pages (
    url TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES sites, title TEXT NOT NULL,
    first_seen TEXT NOT NULL, last_seen TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "source_pages" VALUES('http://attic.example/2026/02/atlas-of-tides/','attic','page','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
INSERT INTO "source_pages" VALUES('http://harbour.example/thread/41-1.html','harbour','page','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
INSERT INTO "source_pages" VALUES('https://harbour.example/thread/42-1.html','harbour','page','2026-03-01T08:00:00.250000Z','2026-03-01T08:00:00.250000Z');
CREATE TABLE visits (
    run_id TEXT NOT NULL REFERENCES runs, site_id TEXT NOT NULL REFERENCES sites,
    started_at TEXT NOT NULL, finished_at TEXT, engine TEXT,
    requests INTEGER NOT NULL DEFAULT 0, pages INTEGER NOT NULL DEFAULT 0, listings INTEGER NOT NULL DEFAULT 0,
    hits INTEGER NOT NULL DEFAULT 0, new_hits INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    notes TEXT NOT NULL DEFAULT '[]', clock TEXT, finished INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, site_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE work_facets (
    work_id TEXT NOT NULL REFERENCES works, facet TEXT NOT NULL
        CHECK (facet IN ('alias', 'creator', 'licensed_domain', 'identifier')),
    position INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (work_id, facet, position)
) STRICT, WITHOUT ROWID;
INSERT INTO "work_facets" VALUES('atlas','creator',0,'M. Orlova');
INSERT INTO "work_facets" VALUES('lantern','alias',0,'The Lantern Sea');
INSERT INTO "work_facets" VALUES('lantern','creator',0,'Wei Example');
CREATE TABLE works (
    work_id TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT, year INTEGER, language TEXT,
    added_at TEXT NOT NULL, changed_at TEXT NOT NULL
) STRICT;
INSERT INTO "works" VALUES('lantern','灯海归航','film',2024,'zh','2026-11-22T14:20:12.424285Z','2026-11-22T14:20:12.424285Z');
INSERT INTO "works" VALUES('atlas','Atlas of Tides','book',2019,'en','2026-11-22T14:20:12.424285Z','2026-11-22T14:20:12.424285Z');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX pages_by_state ON pages (site_id, state, priority DESC, page_id);
CREATE INDEX exchanges_by_url ON exchanges (site_id, purpose, url, started_at);
CREATE INDEX exchanges_by_seq ON exchanges (ledger_seq);
CREATE INDEX listings_by_site ON listings (site_id, last_seen);
CREATE INDEX hosting_urls_by_object ON hosting_urls (object) WHERE object IS NOT NULL;
CREATE INDEX hits_by_work ON hits (work_id, score);
CREATE INDEX hits_by_status ON hits (status, score);
CREATE INDEX exhibits_by_hit ON exhibits (hit_id);
CREATE INDEX exhibits_due_by_exchange ON exhibits_due (exchange_id);
CREATE INDEX net_observations_by_host ON net_observations (host, observed_at);
CREATE INDEX decisions_by_hit ON decisions (hit_id, decided_at);
CREATE TRIGGER reference_is_no_target BEFORE INSERT ON hosting_urls
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a hosting target'); END;
CREATE TRIGGER reference_is_no_source BEFORE INSERT ON source_pages
WHEN EXISTS (SELECT 1 FROM reference_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a reference URL can never stand as a source page'); END;
CREATE TRIGGER reference_is_new BEFORE INSERT ON reference_urls
WHEN EXISTS (SELECT 1 FROM source_pages WHERE url = NEW.url)
  OR EXISTS (SELECT 1 FROM hosting_urls WHERE url = NEW.url)
BEGIN SELECT RAISE(ABORT, 'a URL already seen as infringing cannot become a reference'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never deleted'); END;
CREATE TRIGGER decisions_stand BEFORE UPDATE OF hit_id, verdict, note, decided_by, decided_at ON decisions
BEGIN SELECT RAISE(ABORT, 'a decision is superseded, never changed'); END;
COMMIT;
PRAGMA user_version = 1;
