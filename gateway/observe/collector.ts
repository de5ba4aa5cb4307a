/**
 * Sends traces to a collector over OTLP (`OTEL_EXPORTER_OTLP_ENDPOINT`).
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { Resource } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import { type Tracing, tracingWith } from './tracing.ts'

/** @property sampled share of the traces that begin here, from 0 to 1 */
export interface CollectorConfig {
  readonly endpoint: string
  readonly sampled: number
  readonly service: string
}

/** Opens a connection that is made when there is something to send. */
export function collector({ endpoint, sampled, service }: CollectorConfig): Tracing {
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': service }),
    // Who began a trace decides for all of it.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampled) }),
    spanProcessors: [
      new BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }),
      ),
    ],
  })
  return tracingWith(provider.getTracer('huitong'), () => provider.shutdown())
}
