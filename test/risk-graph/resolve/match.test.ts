import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  GROUP_MAX,
  type KnownPerson,
  matchAddresses,
  matchByKey,
  matchPeople,
  MERGE,
  PROPOSE,
} from '../../../subgraphs/risk-graph/resolve/match.ts'
import {
  normaliseAddress,
  normaliseCode,
  normaliseName,
  normalisePhone,
  normalisePlate,
  normaliseVin,
} from '../../../subgraphs/risk-graph/resolve/normalise.ts'
import { diceOfPairs, isOneApart } from '../../../subgraphs/risk-graph/resolve/similarity.ts'

describe('keys', () => {
  it.each([
    ['138 1234 5678', '13812345678'],
    ['+86-138-1234-5678', '13812345678'],
    ['008613812345678', '13812345678'],
    ['013812345678', '13812345678'],
    ['(010) 6655-8899', '01066558899'],
    ['13800000000', '13800000000'],
    ['1380000', '1380000'],
    ['00000000000', undefined],
    ['12345678', undefined],
    ['phone 12', undefined],
    ['无', undefined],
  ])('phone %s is %s', (text, key) => expect(normalisePhone(text)).toBe(key))

  it.each([
    ['粤B·12345', '粤B12345'],
    ['粤b 1234 5', '粤B12345'],
    ['粤BO1234', '粤B01234'],
    ['粤BD12345', '粤BD12345'],
    ['粤B1234学', '粤B1234学'],
    ['AB12 CDE', 'AB12CDE'],
    ['x', undefined],
    ['无牌车', undefined],
  ])('plate %s is %s', (text, key) => expect(normalisePlate(text)).toBe(key))

  it.each([
    ['LSVAA4182E2184847', 'LSVAA4182E2184847'],
    ['lsvaa-4182-e218-4847', 'LSVAA4182E2184847'],
    ['LSVAA4182E2I84847', 'LSVAA4182E2184847'],
    ['LSVAA4182', undefined],
    ['11111111111111111', undefined],
  ])('vehicle number %s is %s', (text, key) => expect(normaliseVin(text)).toBe(key))

  it.each([
    ['110101 19900101 123x', '11010119900101123X'],
    ['6222-0000-0000-1234', '6222000000001234'],
    ['000000', undefined],
    ['N/A', undefined],
  ])('code %s is %s', (text, key) => expect(normaliseCode(text)).toBe(key))

  it('names lose spaces and the dots of transcription, and nothing names nobody', () => {
    expect(normaliseName('阿卜杜拉·买买提')).toBe(normaliseName('阿卜杜拉买买提'))
    expect(normaliseName(' 张 三')).toBe('张三')
    expect(normaliseName('不详')).toBeUndefined()
  })

  it('addresses are told apart by their numbers, however these are written', () => {
    const one = normaliseAddress('广东省深圳市南山区科技园小区三号楼2单元502室')
    expect(one).toEqual(normaliseAddress('广东省深圳市南山区科技园小区 3栋2单元502'))
    expect(normaliseAddress('科技园小区十二栋502')!.numbers).toBe('12-502')
    expect(normaliseAddress('科技园小区2栋503')!.numbers)
      .not.toBe(normaliseAddress('科技园小区2栋502')!.numbers)
  })

  it('however dirty, a number is normalised to itself', () => {
    const digit = fc.integer({ min: 0, max: 9 })
    fc.assert(
      fc.property(fc.array(digit, { minLength: 9, maxLength: 9 }), fc.nat(4), (tail, style) => {
        const number = `13${tail.join('')}`
        const [a, b, c] = [number.slice(0, 3), number.slice(3, 7), number.slice(7)]
        const dirty = [
          number,
          `${a} ${b} ${c}`,
          `+86${number}`,
          `86-${a}-${b}-${c}`,
          ` ${a}-${b}${c} `,
        ]
        expect(normalisePhone(dirty[style]!)).toBe(normalisePhone(number))
      }),
    )
  })
})

describe('likeness', () => {
  it('is 1 of a text with itself, the same both ways, and between 0 and 1', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
      expect(diceOfPairs(a, a)).toBe(1)
      expect(diceOfPairs(a, b)).toBe(diceOfPairs(b, a))
      expect(diceOfPairs(a, b)).toBeGreaterThanOrEqual(0)
      expect(diceOfPairs(a, b)).toBeLessThanOrEqual(1)
    }))
  })

  it('sees one character changed, missing or swapped', () => {
    const pairs: [string, string, boolean][] = [
      ['张小明', '张晓明', true],
      ['张小明', '张明', true],
      ['张小明', '小张明', true],
      ['张小明', '张小明', false],
      ['张小明', '李晓明', false],
      ['张小明', '张', false],
    ]
    for (const [a, b, apart] of pairs) {
      expect([a, b, isOneApart(a, b)]).toEqual([a, b, apart])
      expect(isOneApart(b, a)).toBe(apart)
    }
  })
})

const person = (no: number, name: string, holds: number[], attributes = {}): KnownPerson => ({
  no,
  name,
  holds,
  attributes,
})

describe('matches', () => {
  it('go by key, and name the key', () => {
    const entities = [
      { no: 3, name: '138 1234 5678', attributes: {} },
      { no: 5, name: 'reception', attributes: { Phone_Number: '1', mobile: '+8613812345678' } },
      { no: 7, name: '13812345679', attributes: {} },
    ]
    expect(matchByKey('phone', entities)).toEqual([
      { a: 3, b: 5, method: 'phone-number', score: 1, evidence: { key: '13812345678' } },
    ])
    expect(matchByKey('claim', entities)).toEqual([])
  })

  it('leave alone what so many have that it is a filler', () => {
    const many = Array.from({ length: GROUP_MAX + 1 }, (_, no) => ({
      no,
      name: '13812345678',
      attributes: {},
    }))
    expect(matchByKey('phone', many)).toEqual([])
    expect(matchByKey('phone', many.slice(1))).toHaveLength(GROUP_MAX - 1)
  })

  it('of addresses need the same numbers; words a little apart are for a person', () => {
    const at = (no: number, name: string) => ({ no, name, attributes: {} })
    const found = matchAddresses([
      at(0, '深圳市南山区科技园小区3栋502室'),
      at(1, '深圳市南山区科技园小区三号楼502'),
      at(2, '深圳南山区科技园小区3栋502'),
      at(3, '深圳市南山区科技园小区3栋503'),
      at(4, '北京市朝阳区望京花园3栋502'),
    ])
    const outcome = (a: number, b: number) => {
      const match = found.find((m) => m.a === a && m.b === b)
      return match === undefined ? 'no' : match.score >= MERGE ? 'merge' : 'propose'
    }
    expect([outcome(0, 1), outcome(0, 2), outcome(0, 3), outcome(0, 4)])
      .toEqual(['merge', 'propose', 'no', 'no'])
  })

  it('of people need a name and something that few share', () => {
    const found = matchPeople(
      [
        person(1, '王小明', [100]),
        person(2, '王小明', [100]),
        person(3, '王晓明', [100, 101]),
        person(4, '王小明', [101, 100]),
        person(5, '王小明', [999]),
        person(6, '李红', [100]),
        person(7, '王小明', [999]),
      ],
      (no) => no === 999 ? 5000 : 4,
    )
    const score = (a: number, b: number) => found.find((m) => m.a === a && m.b === b)?.score ?? 0
    expect(score(1, 2)).toBeGreaterThanOrEqual(MERGE)
    expect(score(3, 4)).toBeGreaterThanOrEqual(PROPOSE)
    expect(score(3, 4)).toBeLessThan(MERGE)
    expect([score(1, 5), score(1, 6), score(5, 7)]).toEqual([0, 0, 0])
  })

  it('of people end where their numbers differ', () => {
    const same = [person(1, '王小明', [100], { idNumber: '110101199001011234' })]
    const other = person(2, '王小明', [100], { idNumber: '110101199001015678' })
    expect(matchPeople([...same, other], () => 2)).toEqual([])
  })
})
