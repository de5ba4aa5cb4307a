/**
 * What people and programs do with orders. Each command is one unit of work for one actor.
 */
import type { Actor } from '../kernel/actor.ts'
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { isCurrency, type MoneyCode, parseMoney } from '../kernel/money.ts'
import { once, type OnceCode } from '../kernel/once.ts'
import type { Ports } from '../kernel/ports.ts'
import { checkIdempotencyKey, runCommand, textMalformed } from '../kernel/command.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import { nextNumber } from '../kernel/sequence.ts'
import { formatSerial } from '../kernel/serial.ts'
import type { Store } from '../kernel/store.ts'
import { dateOf, parseDate } from '../kernel/time.ts'
import { announceApproval } from './approve.ts'
import {
  type AttachmentCode,
  attachmentsIn,
  checkAttachment,
  type NewAttachment,
} from './attachment.ts'
import { type ApprovalCode, mayDecide, mayWithdraw, type Verdict } from './approval.ts'
import { checkForm, type FormCode } from './form.ts'
import { HISTORY_START } from './history.ts'
import type { OrderStatus } from './order-state.ts'
import { stepsFor, summaryOf } from './order-type.ts'
import { requestPayment } from './pay.ts'
import { at, type Json } from './pointer.ts'
import { advance, append, type Happening } from './record.ts'
import {
  cancelTasks,
  decideTask,
  eventsOf,
  insertOrder,
  insertTask,
  institution,
  orderBySerial,
  type OrderTx,
  taskById,
  tasksOfOrder,
} from './store.ts'
import type { OrderTables } from './tables.ts'
import { isText, unstorableAt } from './text.ts'
import { typeInForce, typeOfOrder } from './type-version.ts'
import { maySee } from './visibility.ts'

export type OrderCode =
  | ApprovalCode
  | AttachmentCode
  | FormCode
  | MoneyCode
  | OnceCode
  | 'TYPE_UNKNOWN'
  | 'AMOUNT_NOT_POSITIVE'
  | 'DATE_MALFORMED'
  | 'INSTITUTION_UNKNOWN'
  | 'KEY_MALFORMED'
  | 'ORDER_UNKNOWN'
  | 'TASK_UNKNOWN'
  | 'PAYMENT_NOT_FAILED'
  | 'TEXT_MALFORMED'

/** A request, entered once. */
export interface Submission {
  readonly type: string
  readonly form: Json
  readonly idempotencyKey: string
}

/** The commands of one actor. */
export class OrderCommands {
  readonly #store: Store<OrderTables>
  readonly #ports: Ports
  readonly #actor: Actor

  constructor(store: Store<OrderTables>, ports: Ports, actor: Actor) {
    this.#store = store
    this.#ports = ports
    this.#actor = actor
  }

  /**
   * Enters an order and answers its serial. Amounts that need no step of approval are approved by the
   * rule itself, in the same transaction.
   */
  async submit(
    submission: Submission,
  ): Promise<Result<{ serial: string; repeated: boolean }, OrderCode>> {
    const { tenant, subject: maker, kind: makerKind } = this.#actor
    const key = submission.idempotencyKey
    const badKey = checkIdempotencyKey(key)
    if (badKey !== undefined) return badKey
    if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(submission.type)) return typeUnknown()
    const unstorable = unstorableAt(submission.form)
    if (unstorable !== undefined) {
      return refuse('FORM_INVALID', 'The form holds what is no text or number.', unstorable)
    }
    const now = this.#ports.clock.now()
    const taskId = this.#ports.ids.next('tsk')
    const eventId = this.#ports.ids.next('evt')
    const body = { type: submission.type, form: submission.form } as CanonicalValue
    return await this.#write(async (tx) => {
      const done = await once<OrderTables, OrderCode>(
        tx,
        { tenant, key: `submit:${maker}:${key}`, body, at: now },
        async () => {
          const checked = await this.#check(tx, submission)
          if (!checked.ok) return checked
          const { type, version, ...order } = checked.value
          const day = dateOf(now)
          const serial = formatSerial(day, await nextNumber(tx, tenant, `serial:${day}`))
          const [first] = stepsFor(type, order.money)
          let position = await append(tx, { tenant, serial, seq: 0n, hash: HISTORY_START }, {
            kind: 'SUBMITTED',
            at: now,
            actor: maker,
            actorKind: makerKind,
            detail: { type: submission.type, version, form: submission.form as CanonicalValue },
          })
          if (first === undefined) {
            position = await append(tx, position, {
              kind: 'APPROVED',
              at: now,
              actor: `rule:${submission.type}@${version}`,
              actorKind: 'rule',
              detail: { limit: 'below the first step of approval' },
            })
          }
          await insertOrder(tx, {
            tenant,
            serial,
            type: submission.type,
            typeVersion: version,
            status: first === undefined ? 'APPROVED' : 'IN_APPROVAL',
            maker,
            makerKind,
            institution: order.institution,
            ...order.money,
            summary: order.summary,
            form: canonicalJson(submission.form as CanonicalValue),
            historySeq: position.seq,
            historyHash: position.hash,
            at: now,
          })
          if (first === undefined) {
            await announceApproval(
              tx,
              type,
              {
                tenant,
                serial,
                ...order,
                ...order.money,
                type: submission.type,
                version,
                maker,
                form: submission.form,
              },
              [],
              { id: eventId, at: now },
            )
          } else {
            const { role } = first
            await insertTask(tx, { tenant, id: taskId, serial, step: 1n, role, maker, at: now })
          }
          return ok(serial)
        },
      )
      return done.ok ? ok({ serial: done.value.result, repeated: done.value.repeated }) : done
    })
  }

  /** Approves or rejects the order of a task. @param note recorded in the history, such as a bulk run */
  async decide(input: {
    task: string
    verdict: Verdict
    reason: string
    note?: string
  }): Promise<Result<{ serial: string }, OrderCode>> {
    const { tenant, subject: by, kind: actorKind } = this.#actor
    if (!isText(input.reason)) return textMalformed()
    const now = this.#ports.clock.now()
    const taskId = this.#ports.ids.next('tsk')
    const eventId = this.#ports.ids.next('evt')
    return await this.#write(async (tx) => {
      const [task] = await taskById(tx, { tenant, id: input.task })
      if (task === undefined) return refuse('TASK_UNKNOWN', 'There is no such task.', '/task')
      const { serial } = task
      const [order] = await orderBySerial(tx, { tenant, serial })
      const tasks = await tasksOfOrder(tx, { tenant, serial })
      const approvers = tasks.filter((t) => t.verdict === 'APPROVE').map((t) => t.decided_by!)
      const may = mayDecide({ ...task, approvers }, this.#actor, input.verdict, input.reason)
      if (!may.ok) return may
      const { verdict, reason } = input
      await decideTask(tx, { tenant, id: task.id, by, at: now, verdict, reason })
      const happening = (kind: Happening['kind']): Happening => ({
        kind,
        at: now,
        actor: by,
        actorKind,
        detail: {
          step: task.step,
          role: task.role,
          reason: input.reason,
          ...(input.note === undefined ? {} : { note: input.note }),
        },
      })
      if (input.verdict === 'REJECT') {
        await advance(tx, order!, { status: 'REJECTED' }, [happening('REJECTED')])
        return ok({ serial })
      }
      const type = await typeOfOrder(tx, order!)
      if (!isCurrency(order!.currency)) throw new Error(`stored currency ${order!.currency}`)
      const steps = stepsFor(type, { minor: order!.minor, currency: order!.currency })
      const next = steps[Number(task.step)]
      if (next !== undefined) {
        const step = task.step + 1n
        const { role } = next
        await insertTask(tx, {
          tenant,
          id: taskId,
          serial,
          step,
          role,
          maker: order!.maker,
          at: now,
        })
        await advance(tx, order!, { status: 'IN_APPROVAL' }, [happening('STEP_APPROVED')])
        return ok({ serial })
      }
      await advance(tx, order!, { status: 'APPROVED' }, [happening('APPROVED')])
      const approved = {
        tenant,
        ...order!,
        version: order!.type_version,
        form: JSON.parse(order!.form) as Json,
      }
      const decided = [
        ...tasks.filter((done) => done.verdict === 'APPROVE').map((done) => ({
          step: done.step,
          role: done.role,
          by: done.decided_by!,
          at: done.decided_at!,
        })),
        { step: task.step, role: task.role, by, at: now },
      ]
      await announceApproval(tx, type, approved, decided, { id: eventId, at: now })
      return ok({ serial })
    })
  }

  /** Takes an order back while it is in approval. */
  async withdraw(serial: string, reason: string): Promise<Result<{ serial: string }, OrderCode>> {
    const { tenant, subject: actor, kind: actorKind } = this.#actor
    if (!isText(reason)) return textMalformed()
    const now = this.#ports.clock.now()
    return await this.#write(async (tx) => {
      const [order] = await orderBySerial(tx, { tenant, serial })
      if (order === undefined || !maySee(this.#actor, order)) {
        return refuse('ORDER_UNKNOWN', 'There is no order with this serial.', '/serial')
      }
      const may = mayWithdraw({ status: order.status as OrderStatus, maker: order.maker }, {
        subject: actor,
      })
      if (!may.ok) return may
      await cancelTasks(tx, { tenant, serial })
      await advance(tx, order, { status: 'WITHDRAWN' }, [
        { kind: 'WITHDRAWN', at: now, actor, actorKind, detail: { reason } },
      ])
      return ok({ serial })
    })
  }

  /** Puts an uploaded file to an order; the same file under the same name again changes nothing. */
  async attach(
    serial: string,
    attachment: NewAttachment,
  ): Promise<Result<{ serial: string }, OrderCode>> {
    const { tenant, subject: actor, kind: actorKind } = this.#actor
    const now = this.#ports.clock.now()
    return await this.#write(async (tx) => {
      const [order] = await orderBySerial(tx, { tenant, serial })
      if (order === undefined || !maySee(this.#actor, order)) {
        return refuse('ORDER_UNKNOWN', 'There is no order with this serial.', '/serial')
      }
      const present = attachmentsIn(await eventsOf(tx, tenant, [serial]))
      const wanted = checkAttachment(present, attachment)
      if (!wanted.ok) return wanted
      const { file, name, bytes } = attachment
      if (wanted.value) {
        await advance(tx, order, { status: order.status as OrderStatus }, [
          { kind: 'ATTACHED', at: now, actor, actorKind, detail: { file, name, bytes } },
        ])
      }
      return ok({ serial })
    })
  }

  /** Asks for the payment of an order again, after it failed for good. */
  async retryPayment(serial: string): Promise<Result<{ serial: string }, OrderCode>> {
    const { tenant, subject: actor, kind: actorKind } = this.#actor
    const now = this.#ports.clock.now()
    const eventId = this.#ports.ids.next('evt')
    return await this.#write(async (tx) => {
      const [order] = await orderBySerial(tx, { tenant, serial })
      if (order === undefined) {
        return refuse('ORDER_UNKNOWN', 'There is no order with this serial.', '/serial')
      }
      if (order.status !== 'PAYMENT_FAILED') {
        return refuse('PAYMENT_NOT_FAILED', `The order is ${order.status}.`, '/serial')
      }
      const type = await typeOfOrder(tx, order)
      const round = await requestPayment(tx, type, order, { id: eventId, at: now })
      await advance(tx, order, { status: 'PAYING', round }, [
        { kind: 'PAYMENT_REQUESTED', at: now, actor, actorKind, detail: { round } },
      ])
      return ok({ serial })
    })
  }

  /** Everything that can be wrong with a submission, in the order in which it is worth telling. */
  async #check(tx: OrderTx, { type: code, form }: Submission) {
    const { tenant } = this.#actor
    const today = dateOf(this.#ports.clock.now())
    const found = await typeInForce(tx, tenant, code, today)
    if (found === undefined) return typeUnknown()
    const { type, version, schemaText } = found
    const { fields } = type
    const currency = at(form, fields.currency)
    const money = parseMoney(at(form, fields.amount), currency, fields.amount)
    if (!money.ok) return isCurrency(currency) ? money : { ...money, place: fields.currency }
    const valid = checkForm(schemaText, form)
    if (!valid.ok) return valid
    if (money.value.minor <= 0n) {
      return refuse('AMOUNT_NOT_POSITIVE', 'The amount is more than nothing.', fields.amount)
    }
    const date = parseDate(at(form, fields.valueOn), fields.valueOn)
    if (!date.ok) return date
    for (const field of fields.institutions) {
      const named = at(form, field)
      const known = typeof named === 'string' ? await institution(tx, { tenant, code: named }) : []
      if (known.length === 0) {
        return refuse('INSTITUTION_UNKNOWN', 'There is no such institution.', field)
      }
    }
    return ok({
      type,
      version,
      money: money.value,
      institution: at(form, fields.institution) as string,
      summary: summaryOf(type, form),
    })
  }

  #write<R>(unit: (tx: OrderTx) => Promise<R>): Promise<R | Refusal<'TEXT_MALFORMED'>> {
    return runCommand(this.#store, this.#actor.tenant, unit)
  }
}

function typeUnknown(): Refusal<'TYPE_UNKNOWN'> {
  return refuse('TYPE_UNKNOWN', 'There is no such order type.', '/type')
}
