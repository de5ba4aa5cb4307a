/**
 * Characters that input methods confuse: those of one sound, tones aside.
 *
 * The first level of GB 2312, 3,755 characters in common use, is ordered by sound. So the sets follow
 * from the character with which each syllable begins. Rarer characters and other readings are in
 * `readings.ts`.
 *
 * @see GB 2312-80, 一级汉字
 */
import type { Confusions } from '../checks/typos.ts'
import { FURTHER_READINGS } from './readings.ts'

/** The first character of each of the 396 syllables. */
const SYLLABLES =
  '啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻哺擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹' +
  '春戳疵聪凑粗蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜都端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该' +
  '干冈篙哥给根耕工钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆' +
  '炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦' +
  '驴峦掠抡萝妈埋瞒芒猫么玫门萌眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴女' +
  '暖虐挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉' +
  '茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声师收蔬刷摔栓霜谁吮说斯松搜嗽酸虽孙蓑塌胎坍汤掏' +
  '特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵' +
  '英哟拥幽淤鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨'

const FIRST_ROW = 0xb0
const LAST_ROW = 0xd7
const FIRST_CELL = 0xa1
const LAST_CELL = 0xfe

/** The characters of the first level in order. */
function levelOne(): string {
  const bytes: number[] = []
  for (let row = FIRST_ROW; row <= LAST_ROW; row++) {
    // The last row is not full.
    const end = row === LAST_ROW ? 0xf9 : LAST_CELL
    for (let cell = FIRST_CELL; cell <= end; cell++) bytes.push(row, cell)
  }
  return new TextDecoder('gbk').decode(Uint8Array.from(bytes))
}

/** Groups of characters of one sound: those in common use, by which they are ordered. */
export function homophoneGroups(): string[] {
  const starts = new Set(SYLLABLES)
  const groups: string[] = []
  for (const character of levelOne()) {
    if (starts.has(character)) groups.push(character)
    else groups[groups.length - 1] += character
  }
  return groups
}

/** The set that ships. */
export const SHIPPED_CONFUSIONS: Confusions = confusionsOf(
  homophoneGroups().map((group, syllable) => group + FURTHER_READINGS[syllable]),
)

/** A set from groups whose characters are confused with one another. */
export function confusionsOf(groups: readonly string[]): Confusions {
  const groupsOf = new Map<string, string[]>()
  for (const group of groups) {
    for (const character of group) {
      const own = groupsOf.get(character)
      if (own === undefined) groupsOf.set(character, [group])
      else own.push(group)
    }
  }
  // Made when a character is asked for: most never are, and all together take a tenth of a second.
  const made = new Map<string, readonly string[]>()
  return {
    get(character) {
      const own = groupsOf.get(character)
      if (own === undefined) return undefined
      let others = made.get(character)
      if (others === undefined) {
        const all = new Set(own.join(''))
        all.delete(character)
        made.set(character, others = [...all])
      }
      return others
    },
  }
}
