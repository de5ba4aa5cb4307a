/**
 * Check `law`: cited laws against the version in force at the document's date.
 */
import type { Outline } from '../facts/outline.ts'
import { numeralOf } from '../read/heading.ts'
import { placeAt } from '../read/model.ts'
import { type Law, LAWS, lawVersionOn } from '../rules/laws.ts'
import { Collector } from './finding.ts'

const CITATION =
  /《(?:中华人民共和国)?([\u4e00-\u9fff]{2,12}?(?:法|法典|通则|总则))(?:[（(][^）)》]{0,16}[）)])?》(?:[（(][^）)]{0,24}[）)])?(?:第([一二三四五六七八九十百千零〇\d]+)条)?/g
/** Words beside a citation that say it is about the past. */
const PAST = /原|旧|当时|修订前|修正前|施行前|废止|已失效|曾|制定|20(?:0\d|1\d|20)年/

/** Checks all paragraphs. @param date the document's own, an ISO day */
export function checkLaws(
  outline: Outline,
  collector: Collector,
  laws: readonly Law[] = LAWS,
): void {
  const date = outline.date ??
    (outline.year === undefined ? undefined : `${outline.year + 1}-04-30`)
  if (date === undefined) return
  for (const { paragraph } of outline.paragraphs) {
    for (const match of paragraph.text.matchAll(CITATION)) {
      const law = lawNamed(laws, match[1]!)
      if (law === undefined) continue
      const before = paragraph.text.slice(Math.max(0, match.index - 12), match.index)
      const at = [collector.at(placeAt(paragraph, match.index), match[0])]
      const version = lawVersionOn(law, date)
      if (version === undefined) {
        if (law.repealed === undefined || date < law.repealed || PAST.test(before + match[0])) {
          continue
        }
        collector.find({
          code: 'LAW_REPEALED',
          // What happened before the law was replaced was done under it.
          severity: (outline.year ?? 0) >= Number(law.repealed.slice(0, 4)) ? 'error' : 'warning',
          message: `${match[0]}：《${law.name}》自 ${law.repealed} 起废止` +
            (law.replacedBy === undefined ? '' : `，由《${law.replacedBy}》取代`),
          at,
          key: `law|repealed|${match[0]}`,
        })
        continue
      }
      const number = match[2] === undefined
        ? undefined
        : /^\d+$/.test(match[2])
        ? Number(match[2])
        : numeralOf(match[2])
      if (number === undefined || PAST.test(before)) continue
      // A version that the text names by its year is compared with no other.
      const year = /(?:19|20)\d\d/.exec(match[0])?.[0]
      if (year !== undefined && Number(year) < Number(version.from.slice(0, 4)) - 1) continue
      if (number <= version.articles) {
        collector.verify(at[0]!.place)
        continue
      }
      collector.find({
        code: 'ARTICLE_NOWHERE',
        severity: 'error',
        message: `${match[0]}：《${law.name}》（${version.from} 起施行）共 ${version.articles} 条`,
        at,
        key: `law|article|${match[0]}`,
      })
    }
  }
}

function lawNamed(laws: readonly Law[], name: string): Law | undefined {
  return laws.find((law) => law.name === name || law.aliases?.includes(name) === true)
}
