/**
 * The suite's gateway as a Worker.
 */
import { suiteGateway } from '../../gateway/suite-gateway.ts'

let gateway: ReturnType<typeof suiteGateway> | undefined

export default {
  fetch(request: Request): Promise<Response> {
    // In the first request: a Worker may do nothing of weight before it. The classes are the
    // platform's own; Yoga's stand-in for Node would be bundled otherwise.
    gateway ??= suiteGateway({
      Request,
      Response,
      Headers,
      URL,
      URLSearchParams,
      ReadableStream,
      WritableStream,
      TransformStream,
      TextEncoder,
      TextDecoder,
      TextDecoderStream,
      TextEncoderStream,
      CompressionStream,
      DecompressionStream,
      Blob,
      File,
      FormData,
      crypto,
      fetch: (input: RequestInfo | URL, init?: RequestInit) => fetch(input, init),
    })
    return gateway(request)
  },
}
