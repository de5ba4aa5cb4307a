/**
 * Paths and the screens behind them. Each screen is loaded when it is first opened.
 */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
} from '@tanstack/react-router'
import { Result } from 'antd'
import type { OrderStatus } from '../schema/desk.ts'
import type { Session } from './session/session.ts'
import { Shell } from './shell/shell.tsx'
import { useWords } from './words/words.ts'

interface Context {
  readonly session: Session
  readonly signOut: () => void
}

/** Which columns a list shows, by key; those that are usual when absent. */
export interface Listed {
  readonly columns?: string
}

/** What the list of orders shows, as its URL says. */
export interface OrderFilter extends Listed {
  readonly status?: OrderStatus
  readonly type?: string
  readonly mine?: true
}

/** The period of the books that is shown. */
export interface BooksFilter {
  readonly from?: string
  readonly to?: string
  readonly institution?: string
}

/** Which two versions are compared, in what, and which changes alone are shown. */
export interface ComparisonFilter extends Listed {
  readonly from?: string
  readonly to?: string
  readonly part?: 'findings' | 'figures' | 'wording'
  readonly change?: string
}

/** Whose evidence is listed: of an order's serial, a project, a policy's number. */
export interface EvidenceFilter extends Listed {
  readonly subject?: string
}

/** Which accounts are listed: those of a subject, of an institution, or of both. */
export interface AccountsFilter {
  readonly subject?: string
  readonly institution?: string
}

const root = createRootRouteWithContext<Context>()({
  component() {
    const { signOut } = root.useRouteContext()
    return <Shell signOut={signOut} />
  },
  notFoundComponent: NotFound,
})

const text = (value: unknown) => typeof value === 'string' && value !== '' ? value : undefined

/** Leaves out what is not there. */
function present<T extends object>(filter: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  ) as T
}

const listed = ({ columns }: Record<string, unknown>): Listed =>
  present<Listed>({ columns: text(columns) })

const period = ({ from, to, institution }: Record<string, unknown>): BooksFilter =>
  present<BooksFilter>({ from: text(from), to: text(to), institution: text(institution) })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/home.tsx'), 'Home'),
})

const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/tasks.tsx'), 'Tasks'),
})

const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  validateSearch: ({ status, type, mine, columns }): OrderFilter =>
    present<OrderFilter>({
      ...listed({ columns }),
      status: text(status) as OrderStatus | undefined,
      type: text(type),
      mine: mine === true ? true : undefined,
    }),
  component: lazyRouteComponent(() => import('./screens/orders.tsx'), 'Orders'),
})

const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$serial',
  component: lazyRouteComponent(() => import('./screens/order.tsx'), 'Order'),
})

const newOrder = createRoute({
  getParentRoute: () => root,
  path: '/orders/new',
  component: lazyRouteComponent(() => import('./screens/new-order.tsx'), 'NewOrder'),
})

const importFile = createRoute({
  getParentRoute: () => root,
  path: '/orders/import',
  component: lazyRouteComponent(() => import('./screens/import-file.tsx'), 'ImportFile'),
})

const books = createRoute({
  getParentRoute: () => root,
  path: '/books',
  validateSearch: period,
  component: lazyRouteComponent(() => import('./screens/books.tsx'), 'Books'),
})

const statements = createRoute({
  getParentRoute: () => root,
  path: '/statements',
  validateSearch: period,
  component: lazyRouteComponent(() => import('./screens/statements.tsx'), 'Statements'),
})

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/books/accounts',
  validateSearch: ({ subject, institution }): AccountsFilter =>
    present<AccountsFilter>({ subject: text(subject), institution: text(institution) }),
  component: lazyRouteComponent(() => import('./screens/accounts.tsx'), 'Accounts'),
})

const account = createRoute({
  getParentRoute: () => root,
  path: '/books/accounts/$id',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/account.tsx'), 'AccountPage'),
})

const voucher = createRoute({
  getParentRoute: () => root,
  path: '/books/vouchers/$id',
  component: lazyRouteComponent(() => import('./screens/voucher.tsx'), 'VoucherPage'),
})

const parameters = createRoute({
  getParentRoute: () => root,
  path: '/parameters',
  validateSearch: ({ key }): { readonly key?: string } => present({ key: text(key) }),
  component: lazyRouteComponent(() => import('./screens/parameters.tsx'), 'Parameters'),
})

const suspense = createRoute({
  getParentRoute: () => root,
  path: '/suspense',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/suspense.tsx'), 'Suspense'),
})

const filings = createRoute({
  getParentRoute: () => root,
  path: '/filings',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/filings.tsx'), 'Filings'),
})

const filing = createRoute({
  getParentRoute: () => root,
  path: '/filings/$id',
  component: lazyRouteComponent(() => import('./screens/filing.tsx'), 'FilingReview'),
})

const comparison = createRoute({
  getParentRoute: () => root,
  path: '/filings/$id/compare',
  validateSearch: ({ from, to, part, change, columns }): ComparisonFilter =>
    present<ComparisonFilter>({
      ...listed({ columns }),
      from: text(from),
      to: text(to),
      part: part === 'figures' || part === 'wording' ? part : undefined,
      change: text(change),
    }),
  component: lazyRouteComponent(
    () => import('./screens/version-comparison.tsx'),
    'VersionComparison',
  ),
})

const evidence = createRoute({
  getParentRoute: () => root,
  path: '/evidence',
  validateSearch: ({ subject, columns }): EvidenceFilter =>
    present<EvidenceFilter>({ ...listed({ columns }), subject: text(subject) }),
  component: lazyRouteComponent(() => import('./screens/evidence.tsx'), 'Evidence'),
})

const evidenceCase = createRoute({
  getParentRoute: () => root,
  path: '/evidence/$id',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/evidence-case.tsx'), 'EvidenceCase'),
})

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/alerts.tsx'), 'Alerts'),
})

const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./screens/alert.tsx'), 'AlertPage'),
})

const ruleBench = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  component: lazyRouteComponent(() => import('./screens/rule-bench.tsx'), 'RuleBench'),
})

const dayEnd = createRoute({
  getParentRoute: () => root,
  path: '/day-end',
  validateSearch: listed,
  component: lazyRouteComponent(() => import('./screens/day-end.tsx'), 'DayEndDesk'),
})

const contract = createRoute({
  getParentRoute: () => root,
  path: '/contracts/$id',
  component: lazyRouteComponent(() => import('./screens/contract.tsx'), 'ContractPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    tasks,
    orders,
    newOrder,
    importFile,
    order,
    books,
    statements,
    accounts,
    account,
    voucher,
    suspense,
    parameters,
    filings,
    filing,
    comparison,
    evidence,
    evidenceCase,
    alerts,
    alert,
    ruleBench,
    dayEnd,
    contract,
  ]),
  // The desk gives it before anything is shown.
  context: undefined as unknown as Context,
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

function NotFound() {
  const { say } = useWords()
  return (
    <Result
      status='404'
      title={say('desk.not-found')}
      extra={<Link to='/'>{say('desk.home')}</Link>}
    />
  )
}
