/**
 * What is said to a server that speaks Bolt.
 *
 * Parameters only: no text of a record is ever part of a query, whatever it holds. Numbers that stand
 * in a query's own text, since the language takes no parameter there, are checked whole numbers.
 */

/** Which Cypher a server speaks. */
export type Dialect = 'memgraph' | 'neo4j'

export const DIALECTS: readonly Dialect[] = ['memgraph', 'neo4j']

/** What is set up before anything is kept. Each is run alone; that it is there already is no error. */
export function setUp(dialect: Dialect): readonly string[] {
  switch (dialect) {
    case 'memgraph':
      return [
        'CREATE INDEX ON :RiskEntity(key)',
        'CREATE INDEX ON :RiskEntity(tenant)',
        'CREATE INDEX ON :RiskCursor(tenant)',
        'CREATE CONSTRAINT ON (n:RiskEntity) ASSERT n.key IS UNIQUE',
        'CREATE CONSTRAINT ON (c:RiskCursor) ASSERT c.tenant IS UNIQUE',
      ]
    case 'neo4j':
      return [
        'CREATE CONSTRAINT risk_entity_key IF NOT EXISTS FOR (n:RiskEntity) REQUIRE n.key IS UNIQUE',
        'CREATE CONSTRAINT risk_cursor_tenant IF NOT EXISTS FOR (c:RiskCursor) REQUIRE c.tenant IS UNIQUE',
        'CREATE INDEX risk_entity_tenant IF NOT EXISTS FOR (n:RiskEntity) ON (n.tenant)',
      ]
  }
}

/** Shows whether a server takes back what it was told to: some do not. */
export const PROBE_WRITE = 'CREATE (:RiskProbe {token: $token})'
export const PROBE_READ = 'MATCH (p:RiskProbe {token: $token}) RETURN count(p) AS count'
export const PROBE_CLEAN = 'MATCH (p:RiskProbe {token: $token}) DELETE p'

export const READ_CURSOR =
  'MATCH (c:RiskCursor {tenant: $tenant}) RETURN c.entities AS entities, c.links AS links, c.ends AS ends'

/** Moves the cursor on from where it must stand; no row when it stands elsewhere. */
export const MOVE_CURSOR = 'MERGE (c:RiskCursor {tenant: $tenant}) ' +
  'ON CREATE SET c.entities = 0, c.links = 0, c.ends = 0 ' +
  'WITH c WHERE c.entities = $after.entities AND c.links = $after.links AND c.ends = $after.ends ' +
  'SET c.entities = $next.entities, c.links = $next.links, c.ends = $next.ends ' +
  'RETURN c.links AS links'

export const PUT_ENTITIES = 'UNWIND $rows AS row MERGE (n:RiskEntity {key: row.key}) ' +
  'SET n.tenant = $tenant, n.no = row.no, n.id = row.id, n.type = row.type'

/** `kind` is what is asked by, `name` what people see who look at the server with its own tools. */
export const PUT_LINKS = 'UNWIND $rows AS row ' +
  'MATCH (a:RiskEntity {key: row.from}) MATCH (b:RiskEntity {key: row.to}) ' +
  'MERGE (a)-[l:LINK {no: row.no}]->(b) SET l.kind = row.kind, l.name = row.name, l.day = row.day ' +
  'RETURN count(l) AS count'

export const END_LINKS = 'UNWIND $rows AS row ' +
  'MATCH (:RiskEntity {key: row.from})-[l:LINK {no: row.no}]->() DELETE l'

/** Which entities are there, and how many links each has. */
export const DEGREES = 'UNWIND $keys AS key MATCH (a:RiskEntity {key: key}) ' +
  'OPTIONAL MATCH (a)-[l:LINK]-() ' +
  'RETURN a.tenant AS tenant, a.no AS near, count(l) AS degree'

const IN_WINDOW = '($fromDay IS NULL OR l.day IS NULL OR (l.day >= $fromDay AND l.day <= $toDay))'
const LINK_ROW = 'a.no AS near, b.tenant AS tenant, b.no AS far, startNode(l).no AS start, ' +
  'l.no AS no, l.kind AS kind, l.day AS day'

/** Links at some entities, of one kind when it is given. */
export const LINKS_AT =
  'UNWIND $keys AS key MATCH (a:RiskEntity {key: key})-[l:LINK]-(b:RiskEntity) ' +
  `WHERE ($kind IS NULL OR l.kind = $kind) AND ${IN_WINDOW} RETURN ${LINK_ROW}`

/** Links from some entities to some others. */
export const LINKS_BETWEEN =
  'UNWIND $keys AS key MATCH (a:RiskEntity {key: key})-[l:LINK]->(b:RiskEntity) ' +
  `WHERE b.key IN $inside AND ${IN_WINDOW} RETURN ${LINK_ROW}`

/** Links that begin at some entities: each of the graph once, page by page. */
export const LINKS_FROM =
  `UNWIND $keys AS key MATCH (a:RiskEntity {key: key})-[l:LINK]->(b:RiskEntity) RETURN ${LINK_ROW}`

const NEXT_TO = 'MATCH (a:RiskEntity {key: $key})-[l:LINK]-(b:RiskEntity) ' +
  `WHERE l.no >= $since AND ($type IS NULL OR b.type = $type) AND ${IN_WINDOW} `
export const COUNT_NEIGHBOURS = `${NEXT_TO}RETURN count(l) AS count`
export const PAGE_NEIGHBOURS = `${NEXT_TO}AND ($before IS NULL OR l.no < $before) ` +
  `RETURN ${LINK_ROW} ORDER BY no DESC LIMIT $limit`

export const ERASE_LINKS = 'MATCH (n:RiskEntity {tenant: $tenant})-[l:LINK]->() ' +
  'WITH l LIMIT $limit DELETE l RETURN count(l) AS count'
export const ERASE_ENTITIES = 'MATCH (n:RiskEntity {tenant: $tenant}) ' +
  'WITH n LIMIT $limit DELETE n RETURN count(n) AS count'
export const ERASE_CURSOR = 'MATCH (c:RiskCursor {tenant: $tenant}) DELETE c'

const HOPS_MAX = 20

/**
 * How many steps two entities are apart, links of any kind and day; no row when they are further.
 * Says early that there is no way to look for.
 */
export function distance(dialect: Dialect, maxHops: number): string {
  if (!Number.isInteger(maxHops) || maxHops < 1 || maxHops > HOPS_MAX) {
    throw new RangeError(`hops are from 1 to ${HOPS_MAX}`)
  }
  const ends = 'MATCH (a:RiskEntity {key: $a}), (b:RiskEntity {key: $b}) '
  switch (dialect) {
    case 'memgraph':
      return `${ends}MATCH p = (a)-[:LINK *BFS ..${maxHops}]-(b) RETURN size(relationships(p)) AS hops`
    case 'neo4j':
      return `${ends}MATCH p = shortestPath((a)-[:LINK*..${maxHops}]-(b)) RETURN length(p) AS hops`
  }
}
