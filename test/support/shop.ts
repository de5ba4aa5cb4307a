/**
 * A federated shop that uses every directive: for tests that compare and combine.
 *
 * Goods of several kinds, their prices, stock and reviews, and who wrote them.
 */
import type { TestSubgraph } from './federation.ts'

const GOODS = [
  { __typename: 'Book', id: 'b1', isbn: '978-1', title: 'Ledgers', pages: 120, author: 'u1' },
  { __typename: 'Book', id: 'b2', isbn: '978-2', title: 'Balances', pages: 80, author: 'u2' },
  { __typename: 'Tea', id: 't1', title: 'Longjing', grams: 50 },
]
const good = (id: unknown) => GOODS.find((item) => item.id === id) ?? null
const book = ({ id, isbn }: { id?: string; isbn?: string }) =>
  GOODS.find((item) => item.__typename === 'Book' && (item.id === id || item.isbn === isbn)) ?? null

const USERS: Readonly<Record<string, { id: string; name: string; city: string }>> = {
  u1: { id: 'u1', name: 'Li', city: 'Hangzhou' },
  u2: { id: 'u2', name: 'Wang', city: 'Xiamen' },
}
const REVIEWS = [
  { id: 'r1', good: 'b1', stars: 5, author: 'u2', text: 'clear' },
  { id: 'r2', good: 'b1', stars: 3, author: 'u1', text: 'long' },
  { id: 'r3', good: 't1', stars: 4, author: 'u1', text: 'green' },
]
const weightOf = (id: string) => (good(id)?.grams ?? 4 * (good(id)?.pages ?? 0))

/** The shop's subgraphs; each call makes new ones. */
export function shop(): Record<string, TestSubgraph> {
  return {
    catalog: {
      typeDefs: `
        type Query {
          goods: [Good!]!
          good(id: ID!): Good
          book(isbn: String!): Book
          anything: [Anything!]!
          topUser: User @shareable
        }
        interface Good @key(fields: "id") { id: ID! title: String! size: Size! }
        type Size @shareable { amount: Int! unit: Unit! }
        enum Unit { PAGES GRAMS }
        type Book implements Good @key(fields: "id") @key(fields: "isbn") {
          id: ID!
          isbn: String!
          title: String!
          size: Size!
          author: User @provides(fields: "name")
          secretCode: String! @inaccessible
        }
        type Tea implements Good @key(fields: "id") {
          id: ID!
          title: String!
          size: Size!
          grams: Int!
        }
        union Anything = Book | User
        type User @key(fields: "id") { id: ID! name: String! @external }
      `,
      resolvers: {
        Query: {
          goods: () => GOODS,
          good: (_: unknown, { id }: { id: string }) => good(id),
          book: (_: unknown, key: { isbn: string }) => book(key),
          anything: () => [GOODS[0], { __typename: 'User', id: 'u2' }],
          topUser: () => ({ id: 'u1' }),
        },
        Good: {
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
          __resolveReference: ({ id }: { id: string }) => good(id),
        },
        Anything: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
        Book: {
          __resolveReference: book,
          author: ({ author }: { author: string }) => ({ id: author, name: USERS[author]!.name }),
          size: ({ pages }: { pages: number }) => ({ amount: pages, unit: 'PAGES' }),
          secretCode: ({ id }: { id: string }) => `code of ${id}`,
        },
        Tea: {
          __resolveReference: ({ id }: { id: string }) => good(id),
          size: ({ grams }: { grams: number }) => ({ amount: grams, unit: 'GRAMS' }),
        },
      },
    },
    people: {
      typeDefs: `
        type Query { users: [User!]! topUser: User @shareable }
        type User @key(fields: "id") { id: ID! name: String! address: Address! }
        type Address @shareable { city: String! }
      `,
      resolvers: {
        Query: { users: () => Object.values(USERS), topUser: () => USERS.u1 },
        User: {
          address: ({ city, id }: { city?: string; id: string }) => ({
            city: city ?? USERS[id]!.city,
          }),
        },
      },
      references: {
        User: (keys: readonly { id: string }[]) =>
          Promise.resolve(keys.map(({ id }) => USERS[id] ?? null)),
      },
    },
    // Knows every kind of goods by its interface alone.
    reviews: {
      typeDefs: `
        type Query { latest: Good reviews: [Review!]! }
        type Good @key(fields: "id") @interfaceObject {
          id: ID!
          reviews: [Review!]!
          stars: Float
        }
        type Review @key(fields: "id") { id: ID! stars: Int! text: String! author: User! good: Good! }
        type User @key(fields: "id") { id: ID! reviews: [Review!]! }
      `,
      resolvers: {
        Query: { latest: () => ({ id: 't1' }), reviews: () => REVIEWS },
        Good: {
          reviews: ({ id }: { id: string }) => REVIEWS.filter((review) => review.good === id),
          stars: ({ id }: { id: string }) => {
            const stars = REVIEWS.filter((review) => review.good === id).map((r) => r.stars)
            return stars.length === 0 ? null : stars.reduce((a, b) => a + b) / stars.length
          },
        },
        Review: {
          __resolveReference: ({ id }: { id: string }) => REVIEWS.find((r) => r.id === id),
          author: ({ author }: { author: string }) => ({ id: author }),
          good: (review: { good: string }) => ({ id: review.good }),
        },
        User: {
          reviews: ({ id }: { id: string }) => REVIEWS.filter((review) => review.author === id),
        },
      },
    },
    logistics: {
      typeDefs: `
        type Query { heavy: [Book!]! }
        type Book @key(fields: "id") {
          id: ID!
          secretCode: String! @external
          isbn: String! @external
          size: Size! @external
          postage: Int! @requires(fields: "size { amount }")
          label: String! @requires(fields: "isbn secretCode")
        }
        type Size @shareable { amount: Int! unit: Unit! }
        enum Unit { PAGES GRAMS }
        type Tea @key(fields: "id") { id: ID! weight: Int! grams: Int! @override(from: "catalog") }
      `,
      resolvers: {
        Query: { heavy: () => [{ id: 'b1' }] },
        Book: {
          postage: ({ size }: { size: { amount: number } }) => size.amount * 2,
          label: (book: { isbn: string; secretCode: string }) => `${book.isbn}/${book.secretCode}`,
        },
        Tea: {
          weight: ({ id }: { id: string }) => weightOf(id),
          grams: ({ id }: { id: string }) => weightOf(id),
        },
      },
    },
  }
}
