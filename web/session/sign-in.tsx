/**
 * Signing in: with the bank's provider, or as one of the demo people, which is labelled as such.
 */
import { Alert, Button, Card, Flex, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { useWords } from '../words/words.ts'

/** As `/sign-in/settings` tells. */
export type SignInSettings =
  | { readonly kind: 'demo'; readonly people: readonly { role: string; name: string }[] }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly clientId: string }
  | { readonly kind: 'none' }

export async function fetchSettings(): Promise<SignInSettings> {
  const response = await fetch('/sign-in/settings')
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return await response.json()
}

/** @param path where to go on afterwards @param signedIn given a token */
export function SignIn(
  { path, ended, signedIn, failure }: {
    path: string
    ended: boolean
    signedIn: (token: string) => void
    failure: string | undefined
  },
) {
  const { say, term } = useWords()
  const [settings, setSettings] = useState<SignInSettings>()
  const [tried, setFailed] = useState<string>()
  const failed = tried ?? failure
  const look = () => {
    setFailed(undefined)
    fetchSettings().then(setSettings, (error) => setFailed(String(error.message)))
  }
  useEffect(look, [])
  const demo = async (role: string) => {
    try {
      const response = await fetch(`/sign-in/demo?as=${role}`, { method: 'POST' })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      const { token } = await response.json() as { token: string }
      signedIn(token)
    } catch (error) {
      setFailed((error as Error).message)
    }
  }
  const atProvider = async (provider: { issuer: string; clientId: string }) => {
    try {
      setFailed(undefined)
      const { beginSignIn, signInBeside } = await import('./oidc.ts')
      // Over a screen, what was filled in there would be lost with the page.
      if (!ended) return await beginSignIn(provider, path)
      const token = await signInBeside(provider)
      if (token === undefined) setFailed(say('session.blocked'))
      else signedIn(token)
    } catch (error) {
      setFailed((error as Error).message)
    }
  }
  return (
    <Card style={{ maxWidth: 520, margin: '8vh auto' }}>
      <Typography.Title level={1} style={{ fontSize: 26 }}>{say('session.title')}</Typography.Title>
      <Flex vertical gap='middle'>
        {ended && <Alert type='info' showIcon title={say('session.ended')} />}
        {failed !== undefined && (
          <Alert
            type='error'
            showIcon
            role='alert'
            title={say('session.failed', { reason: failed })}
            action={settings === undefined && (
              <Button size='small' onClick={look}>{say('state.again')}</Button>
            )}
          />
        )}
        {settings?.kind === 'demo' && (
          <>
            <Alert type='warning' showIcon title={say('session.demo')} />
            {settings.people.map(({ role, name }) => (
              <Button
                key={role}
                size='large'
                onClick={() => demo(role)}
              >
                {say('session.demo.as', { name, role: term('role', role) })}
              </Button>
            ))}
          </>
        )}
        {settings?.kind === 'oidc' && (
          <Button
            size='large'
            type='primary'
            onClick={() => atProvider(settings)}
          >
            {say('session.oidc')}
          </Button>
        )}
        {settings?.kind === 'none' && <Alert type='error' title={say('session.none')} />}
      </Flex>
    </Card>
  )
}
