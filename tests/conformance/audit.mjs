// Runs the GraphQL-over-HTTP server audits against one endpoint and prints one JSON line for each.
import { serverAudits } from "graphql-http";

const { AUDIT_URL, AUDIT_AUTHORIZATION } = process.env;

const fetchFn = (url, init = {}) =>
  fetch(url, { ...init, headers: { ...init.headers, authorization: AUDIT_AUTHORIZATION } });

for (const audit of serverAudits({ url: AUDIT_URL, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason: reason ?? "" }));
}
