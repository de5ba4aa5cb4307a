/**
 * An example: `FRONT_DOOR=gateway/door/front-door.example.ts`. It says what differs from production's
 * defaults, which are in `config.ts` and in the table of `README.md`.
 */
import { DEFAULT_FRONT_DOOR, type FrontDoorSettings } from './config.ts'

export default {
  // Two instances behind one load balancer: they count together, and believe its X-Forwarded-For.
  rate: {
    store: 'shared',
    trustedProxies: 1,
    policies: [
      // The first that fits: this partner sends its month's invoices in one night.
      { name: 'bulk', callers: 'app', clients: ['acme-erp'], units: 2_000_000, windowSeconds: 60 },
      ...DEFAULT_FRONT_DOOR.rate.policies,
      // Beside the others: whoever it is, money leaves slowly.
      { name: 'operate', callers: 'all', scope: 'payments:operate', units: 600, windowSeconds: 60 },
    ],
  },
  // Both programs of one partner run the documents that were registered for `partner`.
  trusted: { clients: { 'acme-erp': 'partner', 'acme-portal': 'partner' } },
  // A retry that lost its answer must not be guessed about.
  idempotency: { required: true },
  cors: { origins: ['https://desk.bank.example'] },
  introspection: { scope: 'schema:read' },
} satisfies FrontDoorSettings
