/**
 * Imported first, before any library reads the environment.
 *
 * The gateway package otherwise starts a metrics exporter when it is constructed and probes cloud
 * metadata addresses; graphql-js checks every type instance outside production.
 */
process.env.APOLLO_TELEMETRY_DISABLED = 'true'
process.env.NODE_ENV ??= 'production'
// The gateway package's own dependencies use a deprecated module; nobody who starts us can mend that.
process.noDeprecation = true
