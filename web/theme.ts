/**
 * Colours and sizes: the only file that names any.
 */
import { theme, type ThemeConfig } from 'antd'

export type Mode = 'light' | 'dark'

/** Text on every ground below has a contrast of 4.5 or more (WCAG 2.2, 1.4.3). */
const COLOURS = {
  light: {
    ground: '#f4f6f8',
    surface: '#ffffff',
    line: '#d5dce2',
    primary: '#0b5c7d',
    success: '#1a6b3c',
    warning: '#8a5300',
    error: '#b3261e',
    onPrimary: '#ffffff',
    text: '#17212b',
    quiet: '#55616d',
    tints: { success: '#e3f4ea', warning: '#fdf1dc', error: '#fdeceb', info: '#e4f1f7' },
  },
  dark: {
    ground: '#10161c',
    surface: '#18212a',
    line: '#33414d',
    primary: '#5cb6da',
    success: '#6fcf97',
    warning: '#f2b657',
    error: '#ff8a80',
    onPrimary: '#0b1a22',
    text: '#e8eef3',
    quiet: '#a3b0bc',
    tints: { success: '#16281e', warning: '#2c2413', error: '#331a18', info: '#12242d' },
  },
} as const

const FONT =
  'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif'

/** antd's configuration for a mode. */
export function themeOf(mode: Mode): ThemeConfig {
  const colour = COLOURS[mode]
  return {
    algorithm: mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: colour.primary,
      colorSuccess: colour.success,
      colorWarning: colour.warning,
      colorError: colour.error,
      colorInfo: colour.primary,
      colorLink: colour.primary,
      colorSuccessBg: colour.tints.success,
      colorWarningBg: colour.tints.warning,
      colorErrorBg: colour.tints.error,
      colorInfoBg: colour.tints.info,
      colorBgLayout: colour.ground,
      colorBgContainer: colour.surface,
      colorTextLightSolid: colour.onPrimary,
      colorText: colour.text,
      colorTextSecondary: colour.quiet,
      colorTextTertiary: colour.quiet,
      colorTextDescription: colour.quiet,
      colorTextPlaceholder: colour.quiet,
      fontFamily: FONT,
      fontSize: 15,
      fontSizeHeading1: 26,
      borderRadius: 6,
      motion: false,
    },
    components: {
      Layout: { headerBg: colour.surface, siderBg: colour.surface, bodyBg: colour.ground },
      Typography: { titleMarginTop: 0, titleMarginBottom: 0 },
    },
  }
}

/** Colours of a link chart: a node's by its type, lines quiet unless they are what is looked at. */
export function chartColours(mode: Mode): {
  readonly types: Readonly<Record<string, string>>
  readonly quiet: string
  readonly strong: string
  readonly text: string
} {
  const { primary, error, warning, success, quiet, text } = COLOURS[mode]
  return {
    types: {
      PERSON: error,
      CLAIM: primary,
      VEHICLE: warning,
      PHONE: success,
      GARAGE: text,
    },
    quiet,
    strong: error,
    text,
  }
}

/** Style of the whole page: what antd does not reach. */
export function pageStyle(mode: Mode): string {
  const { ground, surface, line, text, primary, onPrimary, error, tints } = COLOURS[mode]
  return `
    html { color-scheme: ${mode}; }
    body { margin: 0; background: ${ground}; color: ${text}; font-family: ${FONT}; }
    :focus-visible { outline: 3px solid ${primary}; outline-offset: 2px; }
    .skip { position: absolute; left: -999px; }
    .skip:focus { left: 8px; top: 8px; z-index: 10; background: ${ground}; padding: 8px; }
    .amount { font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }
    .grid { width: 100%; border-collapse: collapse; background: ${surface}; }
    .grid th, .grid td { padding: 9px 10px; text-align: start; border-bottom: 1px solid ${line}; }
    .grid .right { text-align: right; }
    .grid .empty { text-align: center; padding: 24px; }
    .findings { list-style: none; margin: 0; padding: 0; width: 380px; max-height: 80vh; overflow: auto; }
    .finding { height: auto; white-space: normal; text-align: start; }
    .chart { height: 480px; border: 1px solid ${line}; background: ${surface}; }
    .frame { position: absolute; border: 2px solid ${primary}; pointer-events: none; }
    .frame-first { border-color: ${error}; border-width: 3px; }
    .wrap { overflow-wrap: anywhere; }
    ins { background: ${tints.success}; text-decoration: underline; }
    del { background: ${tints.error}; }
    .decide { font: inherit; font-size: 14px; padding: 2px 10px; border-radius: 6px; cursor: pointer;
      border: 1px solid ${primary}; background: ${primary}; color: ${onPrimary}; }
    .decide.refuse { border-color: ${error}; background: transparent; color: ${error}; }
    .chosen > td { box-shadow: inset 4px 0 0 ${primary}; }
  `
}
