"""What only PostgreSQL shows: a deposit under way is never passed by a cursor, and search reads less than get."""

import asyncio
import threading
import time

import asyncpg
import pytest

from pipeline.routing.enumerate import enumerate_topics
from pipeline.routing.open import open_router
from tests.pipeline.routing import backends, samples

SYMPTOMS, PROBLEMS = {"intermittent_503_under_load": 0.7}, {"connection_pool_exhaustion": 0.8}


@pytest.fixture
def backend(tmp_path, postgresql_server):
    with backends.postgresql(tmp_path, postgresql_server) as opened, opened.routers:
        yield opened


def test_a_cursor_does_not_pass_a_deposit_that_is_still_under_way(backend):
    """The first writer has its number and waits before its commit; the second must not become visible before it."""
    slow, fast, reader = backend.open("slow"), backend.open("fast"), backend.open("reader")
    first, second = samples.packet_deposit(1), samples.packet_deposit(2)

    async def hold_back():
        connection = await asyncpg.connect(backend.url)
        await connection.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF NEW.seq = 1 THEN PERFORM pg_sleep(1); END IF; RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON deposits DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION wait()"
        )
        await connection.close()

    asyncio.run(hold_back())
    seen, cursor = [], None
    writers = [threading.Thread(target=r.put, args=(d,)) for r, d in ((slow, first), (fast, second))]
    for writer in writers:
        writer.start()
        time.sleep(0.3)
    while len(seen) < 2:
        page = reader.since(cursor)
        seen += page.deposits
        cursor = page.cursor
    for writer in writers:
        writer.join()
    assert seen == [first, second]


def test_search_reads_less_than_get_once_the_best_topics_hold_enough(backend):
    router, context = backend.open(), samples.context(None)
    topics = enumerate_topics(SYMPTOMS, PROBLEMS, context.vocabulary, context.nearness)
    near, far = ((t.problem_type, t.symptom_pattern) for t in (topics[0], topics[-1]))
    router.put_many([samples.packet_deposit(number, f"org{number}", near) for number in range(20)])
    router.put_many([samples.packet_deposit(number, f"org{number}", far) for number in range(30)])
    assert len(router.get([topic.address for topic in topics])) == 50
    assert len(router.search(topics, 10)) == 20
    assert len(router.search(topics, 30)) == 50


def test_a_role_that_may_only_read_and_insert_is_enough_once_the_tables_are_there(backend, tmp_path):
    backend.open()

    async def grant():
        connection = await asyncpg.connect(backend.url)
        await connection.execute("CREATE ROLE depositor LOGIN; GRANT SELECT, INSERT ON deposits, topics TO depositor")
        await connection.close()

    async def revoke():
        connection = await asyncpg.connect(backend.url)
        await connection.execute("DROP OWNED BY depositor; DROP ROLE depositor")
        await connection.close()

    asyncio.run(grant())
    router = open_router(backend.url.replace("postgres@", "depositor@"), samples.context(tmp_path))
    deposit = samples.packet_deposit(1)
    router.put(deposit)
    assert router.get([deposit.address]) == [deposit]
    router.close()
    asyncio.run(revoke())
