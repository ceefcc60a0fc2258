import { describe, expect, it, vi } from "vitest"
import { createSessionFetch } from "./session-fetch"

const URL_A = "http://localhost:8000/api/v1/a"

function answer(status: number): Response {
  return new Response(null, { status })
}

function setUp({ refreshStatus = 200 }: { refreshStatus?: number } = {}) {
  let valid = false
  const sent: string[] = []
  const refresh = vi.fn(async () => {
    await Promise.resolve()
    if (refreshStatus === 200) valid = true
    return answer(refreshStatus)
  })
  const onSessionLost = vi.fn()
  const sessionFetch = createSessionFetch({
    refresh,
    onSessionLost,
    isExempt: (request) => request.url.endsWith("/session"),
    fetch: async (request) => {
      sent.push(`${request.method} ${await request.text()}`.trim())
      return answer(valid ? 200 : 401)
    },
  })
  return { sessionFetch, refresh, onSessionLost, sent }
}

describe("createSessionFetch", () => {
  it("renews the session once for all requests that fail together", async () => {
    const { sessionFetch, refresh } = setUp()

    const responses = await Promise.all([1, 2, 3].map(() => sessionFetch(new Request(URL_A))))

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(refresh).toHaveBeenCalledTimes(1)
  })

  it("repeats the request with its body", async () => {
    const { sessionFetch, sent } = setUp()

    await sessionFetch(new Request(URL_A, { method: "POST", body: "title" }))

    expect(sent).toEqual(["POST title", "POST title"])
  })

  it("does not renew again for a request that was sent before a renewal", async () => {
    const late = Promise.withResolvers<Response>()
    const answers = [late.promise, Promise.resolve(answer(401))]
    const refresh = vi.fn(async () => answer(200))
    const sessionFetch = createSessionFetch({
      refresh,
      onSessionLost: vi.fn(),
      isExempt: () => false,
      fetch: async () => (await answers.shift()) ?? answer(200),
    })

    const slow = sessionFetch(new Request(URL_A))
    await sessionFetch(new Request(URL_A))
    late.resolve(answer(401))

    expect((await slow).status).toBe(200)
    expect(refresh).toHaveBeenCalledTimes(1)
  })

  it("repeats a request only once", async () => {
    const sent = vi.fn(async () => answer(401))
    const sessionFetch = createSessionFetch({
      refresh: async () => answer(200),
      onSessionLost: vi.fn(),
      isExempt: () => false,
      fetch: sent,
    })

    expect((await sessionFetch(new Request(URL_A))).status).toBe(401)
    expect(sent).toHaveBeenCalledTimes(2)
  })

  it("ends the session when it cannot be renewed", async () => {
    const { sessionFetch, onSessionLost } = setUp({ refreshStatus: 401 })

    const responses = await Promise.all([1, 2].map(() => sessionFetch(new Request(URL_A))))

    expect(responses.map(({ status }) => status)).toEqual([401, 401])
    expect(onSessionLost).toHaveBeenCalledTimes(1)
  })

  it.each([403, 429, 503])(
    "keeps the session when renewing it is answered with %i",
    async (status) => {
      const { sessionFetch, onSessionLost } = setUp({ refreshStatus: status })

      expect((await sessionFetch(new Request(URL_A))).status).toBe(status)
      expect(onSessionLost).not.toHaveBeenCalled()
    },
  )

  it("renews anew for a later failure", async () => {
    const { sessionFetch, refresh } = setUp({ refreshStatus: 503 })

    await sessionFetch(new Request(URL_A))
    await sessionFetch(new Request(URL_A))

    expect(refresh).toHaveBeenCalledTimes(2)
  })

  it("neither renews nor ends the session for a 403", async () => {
    const refresh = vi.fn()
    const onSessionLost = vi.fn()
    const sessionFetch = createSessionFetch({
      refresh,
      onSessionLost,
      isExempt: () => false,
      fetch: async () => answer(403),
    })

    expect((await sessionFetch(new Request(URL_A))).status).toBe(403)
    expect(refresh).not.toHaveBeenCalled()
    expect(onSessionLost).not.toHaveBeenCalled()
  })

  it("leaves the answer to a log-in as it is", async () => {
    const { sessionFetch, refresh } = setUp()

    const response = await sessionFetch(new Request(`${URL_A}/session`, { method: "POST" }))

    expect(response.status).toBe(401)
    expect(refresh).not.toHaveBeenCalled()
  })
})
