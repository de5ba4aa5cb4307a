/**
 * The frame of every screen: navigation, search by serial, language, light, who is signed in.
 */
import { createLink, Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router'
import { App, Button, Flex, Input, type InputRef, Layout, Result, Tag, Typography } from 'antd'
import { useEffect, useRef } from 'react'
import { ActivityContext, useActivitySource } from '../ask/activity.ts'
import { BANK, SCREENS } from '../screens.ts'
import { mayOpen } from '../session/session.ts'
import { useSession } from '../session/use-session.ts'
import { useWords } from '../words/words.ts'
import { useKeys } from './keyboard.ts'
import { usePreferences } from './preferences-context.ts'

/** A button that leads to a screen: a link to whoever uses it. */
const ScreenLink = createLink(Button)

const SERIAL = /^OA\d{8}-\d{6}-\d$/

export function Shell({ signOut }: { signOut: () => void }) {
  const session = useSession()
  const activity = useActivitySource(!mayOpen(session, BANK))
  const { say, term } = useWords()
  const [{ language, mode }, setPreferences] = usePreferences()
  const router = useRouter()
  const search = useRef<InputRef>(null)
  useKeys({ '/': () => search.current?.focus(), Escape: () => router.history.back() })
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const main = useRef<HTMLElement>(null)
  const screens = SCREENS.filter(({ roles }) => mayOpen(session, roles))
  const here = SCREENS.filter(({ path: at }) => at === '/' ? path === '/' : path.startsWith(at))
    .toSorted((a, b) => b.path.length - a.path.length)[0]
  useEffect(() => {
    globalThis.document.title = here === undefined
      ? say('desk.name')
      : `${say(here.phrase)} · ${say('desk.name')}`
  }, [here, say])
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <a className='skip' href='#content'>{say('desk.skip')}</a>
      <Layout.Header style={{ height: 'auto', lineHeight: 'normal', padding: '10px 20px' }}>
        <Flex align='center' gap='middle' wrap>
          <Typography.Text strong style={{ fontSize: 18 }}>{say('desk.name')}</Typography.Text>
          {session.demo && <Tag color='warning' variant='outlined'>{say('session.demo.badge')}
          </Tag>}
          <SerialSearch field={search} />
          <Flex gap='small' align='center' style={{ marginInlineStart: 'auto' }} wrap>
            <Typography.Text>
              {session.name} · {session.roles.map((role) => term('role', role)).join(' ')}
            </Typography.Text>
            <Button
              onClick={() => setPreferences({ mode, language: language === 'zh' ? 'en' : 'zh' })}
              lang={language === 'zh' ? 'en' : 'zh-CN'}
            >
              {say('desk.language')}
            </Button>
            <Button
              onClick={() => setPreferences({ language, mode: mode === 'dark' ? 'light' : 'dark' })}
            >
              {say(mode === 'dark' ? 'desk.light' : 'desk.dark')}
            </Button>
            <Button onClick={signOut}>{say('session.out')}</Button>
          </Flex>
        </Flex>
      </Layout.Header>
      <Layout>
        <Layout.Sider width={208} style={{ padding: 12 }}>
          <nav
            aria-label={say('desk.navigation')}
            style={{ position: 'sticky', top: 12 }}
          >
            <Flex vertical gap={2}>
              {screens.map((screen) => (
                <ScreenLink
                  key={screen.path}
                  to={screen.path}
                  block
                  color={screen === here ? 'primary' : 'default'}
                  variant={screen === here ? 'solid' : 'text'}
                  style={{ justifyContent: 'start' }}
                >
                  {say(screen.phrase)}
                  {screen.path === '/tasks' && activity !== undefined && activity.waiting > 0 &&
                    ` (${activity.waiting})`}
                </ScreenLink>
              ))}
              <Button block type='text' href='/graphql' style={{ justifyContent: 'start' }}>
                {say('desk.explorer')}
              </Button>
            </Flex>
          </nav>
        </Layout.Sider>
        <Layout.Content id='content' ref={main} tabIndex={-1} style={{ padding: 24 }}>
          <ActivityContext value={activity}>
            {here !== undefined && !mayOpen(session, here.roles)
              ? <Result status='403' title={say('desk.not-yours')} />
              : <Outlet />}
          </ActivityContext>
          <Typography.Paragraph type='secondary' style={{ marginTop: 32 }}>
            {say('desk.keys')}
          </Typography.Paragraph>
        </Layout.Content>
      </Layout>
    </Layout>
  )
}

function SerialSearch({ field }: { field: React.RefObject<InputRef | null> }) {
  const { say } = useWords()
  const { message } = App.useApp()
  const navigate = useNavigate()
  return (
    <Input
      ref={field}
      type='search'
      aria-label={say('desk.search')}
      placeholder={say('desk.search')}
      style={{ maxWidth: 460 }}
      onKeyDown={({ key }) => {
        if (key === 'Escape') field.current?.blur()
      }}
      onPressEnter={({ currentTarget }) => {
        const serial = currentTarget.value.trim().toUpperCase()
        if (!SERIAL.test(serial)) {
          message.warning(say('desk.search.wrong'))
          return
        }
        field.current?.blur()
        void navigate({ to: '/orders/$serial', params: { serial } })
      }}
    />
  )
}
