/**
 * The desk: what every screen stands in.
 */
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider, Modal } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import { useEffect, useMemo, useState } from 'react'
import { Provider } from 'urql'
import { openClient } from './ask/client.ts'
import { router } from './router.tsx'
import { comesBack, type Provider as OidcProvider } from './session/oidc-return.ts'
import { fetchSettings, SignIn } from './session/sign-in.tsx'
import { ExpireContext, SessionContext, useSessionState } from './session/use-session.ts'
import { keepPreferences, readPreferences } from './shell/preferences.ts'
import { PreferencesContext } from './shell/preferences-context.ts'
import { pageStyle, themeOf } from './theme.ts'
import { WordsContext, wordsOf } from './words/words.ts'

export function Desk() {
  const [preferences, setPreferences] = useState(readPreferences)
  const { language, mode } = preferences
  const words = useMemo(() => wordsOf(language), [language])
  useEffect(() => {
    keepPreferences(preferences)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    dayjs.locale(language === 'zh' ? 'zh-cn' : 'en')
  }, [preferences])
  return (
    <PreferencesContext value={[preferences, setPreferences]}>
      <WordsContext value={words}>
        <ConfigProvider
          locale={language === 'zh' ? zhCN : enUS}
          theme={themeOf(mode)}
          button={{ autoInsertSpace: false }}
        >
          <style>{pageStyle(mode)}</style>
          <App notification={{ placement: 'bottomRight' }}>
            <SignedIn />
          </App>
        </ConfigProvider>
      </WordsContext>
    </PreferencesContext>
  )
}

/** The screens for whoever is signed in; over them, signing in again, so that no form is lost. */
function SignedIn() {
  const { session, ended, signIn, signOut, expire } = useSessionState()
  const failure = useReturn(signIn)
  // One client for all tokens of a person: what was read stays, and a form stays mounted.
  const subject = session?.subject
  const token = useMemo(() => ({ current: session }), [subject])
  token.current = session
  const client = useMemo(
    () => subject === undefined ? undefined : openClient(() => token.current!.token, expire),
    [subject, token, expire],
  )
  const path = location.pathname + location.search
  if (session === undefined || client === undefined) {
    return <SignIn path={path} ended={false} signedIn={signIn} failure={failure} />
  }
  return (
    <SessionContext value={session}>
      <Provider value={client}>
        <ExpireContext value={expire}>
          <RouterProvider router={router} context={{ session, signOut }} />
        </ExpireContext>
        <Modal open={ended} closable={false} footer={null} keyboard={false} width={600}>
          <SignIn path={path} ended signedIn={signIn} failure={failure} />
        </Modal>
      </Provider>
    </SessionContext>
  )
}

/** Ends a sign-in at a provider that the browser has come back from. Answers why it failed. */
function useReturn(signIn: (token: string) => void): string | undefined {
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    const url = new URL(location.href)
    if (!comesBack(url)) return
    void (async () => {
      try {
        const provider = await fetchSettings()
        if (provider.kind !== 'oidc') throw new Error('no provider is configured')
        const { endSignIn } = await import('./session/oidc.ts')
        const signedIn = await endSignIn(provider satisfies OidcProvider, url)
        if (signedIn === undefined) return
        history.replaceState(null, '', signedIn.path)
        signIn(signedIn.token)
      } catch (error) {
        history.replaceState(null, '', '/')
        setFailure((error as Error).message)
      }
    })()
  }, [])
  return failure
}
