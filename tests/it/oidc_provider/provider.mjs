// An OpenID provider that is not ours, for tests: the npm package oidc-provider on loopback, with test
// people, levels of assurance, keys that change, a grant like Maskinporten's, and, on request, tokens
// that are wrong in one way. Nothing here knows how the registry checks them.
import { createServer } from 'node:http';
import { createHmac, randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const modules = process.argv[2];
const load = (path) => import(pathToFileURL(`${modules}/${path}`));
const { default: Provider } = await load('oidc-provider/lib/index.js');
const jose = await load('jose/dist/webapi/index.js');

const RESOURCE = 'https://anrop.example.no';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CONSUMER = { authority: 'iso6523-actorid-upis', ID: '0192:974760673' };

const state = { keys: [], people: {}, clients: [], tamper: null, kept: null, seen: new Set() };

async function pair(alg, kid) {
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  return {
    publicKey,
    privateKey,
    jwk: { ...(await jose.exportJWK(privateKey)), alg, kid, use: 'sig' },
    open: { ...(await jose.exportJWK(publicKey)), alg, kid, use: 'sig' },
    pem: await jose.exportPKCS8(privateKey),
    kid,
    alg,
  };
}

async function newKeys() {
  const name = randomUUID().slice(0, 8);
  state.keys = [await pair('RS256', `rsa-${name}`), await pair('ES256', `ec-${name}`)];
}

const own = {
  people: await pair('EdDSA', 'people-1'),
  rescue: await pair('EdDSA', 'rescue-1'),
  grant: await pair('RS256', 'grant-1'),
  grantEd: await pair('EdDSA', 'grant-2'),
  stranger: await pair('RS256', 'stranger'),
};
await newKeys();

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

/** A token signed by this provider's own key, whatever it says. */
function signed(payload, header, key) {
  return new jose.SignJWT(payload).setProtectedHeader(header).sign(key);
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token with one thing wrong with it. */
async function wrong(token) {
  const { mode, now } = state.tamper;
  const payload = jose.decodeJwt(token);
  const header = jose.decodeProtectedHeader(token);
  const key = state.keys.find((one) => one.kid === header.kid);
  const again = (change) => signed({ ...payload, ...change }, header, key.privateKey);
  const parts = token.split('.');
  switch (mode) {
    case 'issuer': return again({ iss: 'https://idporten.example.com' });
    case 'audience': return again({ aud: 'another-client' });
    case 'audiences': return again({ aud: [payload.aud, 'another-client'], azp: undefined });
    case 'two-for-us': return again({ aud: [payload.aud, 'another-client'], azp: payload.aud });
    case 'azp': return again({ azp: 'another-client' });
    case 'nonce': return again({ nonce: 'another' });
    case 'no-nonce': return again({ nonce: undefined });
    case 'no-subject': return again({ sub: undefined });
    case 'expired': return again({ exp: now - 11 });
    case 'just-expired': return again({ exp: now - 9 });
    case 'future': return again({ iat: now + 11 });
    case 'near-future': return again({ iat: now + 9, nbf: now + 9 });
    case 'not-before': return again({ nbf: now + 11 });
    case 'no-end': return again({ exp: undefined });
    case 'low': return again({ acr: 'idporten-loa-low' });
    case 'no-level': return again({ acr: undefined });
    case 'not-a-person': return again({ pid: '12345678901' });
    case 'none': return `${encoded({ alg: 'none' })}.${parts[1]}.`;
    case 'none-with-key': return `${encoded({ ...header, alg: 'none' })}.${parts[1]}.${parts[2]}`;
    case 'unsigned': return `${parts[0]}.${parts[1]}.`;
    case 'changed': return `${parts[0]}.${encoded({ ...payload, roles: ['caseworker'] })}.${parts[2]}`;
    case 'hs256-pem':
    case 'hs256-jwk':
    case 'hs256-empty': {
      const secrets = {
        'hs256-pem': await jose.exportSPKI(key.publicKey),
        'hs256-jwk': JSON.stringify(key.open),
        'hs256-empty': '',
      };
      const text = `${encoded({ ...header, alg: 'HS256' })}.${parts[1]}`;
      return `${text}.${createHmac('sha256', secrets[mode]).update(text).digest('base64url')}`;
    }
    case 'stranger': return signed(payload, header, own.stranger.privateKey);
    case 'key-in-header': {
      const { d, p, q, dp, dq, qi, ...open } = own.stranger.jwk;
      return signed(payload, { alg: 'RS256', jwk: open }, own.stranger.privateKey);
    }
    case 'other-alg': return signed(payload, { ...header, alg: 'PS256' }, await jose.importJWK(key.jwk, 'PS256'));
    case 'keep': state.kept = token; return token;
    case 'replay': return state.kept;
    case 'access-token': return signed({ ...payload, nonce: undefined, typ: 'Bearer' }, header, key.privateKey);
    default: throw new Error(`no mode ${mode}`);
  }
}

function configure({ base, people }) {
  state.people = people;
  const pages = {
    redirect_uris: [`${base}/sign-in/callback`],
    post_logout_redirect_uris: [`${base}/`],
    backchannel_logout_uri: `${base}/sign-out/back-channel`,
    backchannel_logout_session_required: true,
  };
  state.clients = [
    {
      ...pages,
      client_id: 'anrop-people',
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'EdDSA',
      jwks: { keys: [own.people.open] },
    },
    {
      ...pages,
      client_id: 'anrop-staff',
      client_secret: 'hemmelig-for-ansatte-og-lang-nok-til-alt',
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: 'rescue',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'EdDSA',
      jwks: { keys: [own.rescue.open] },
    },
  ];
  build();
}

let handle;

function build() {
  const provider = new Provider(issuer, {
    clients: state.clients,
    jwks: { keys: state.keys.map((key) => key.jwk) },
    cookies: { keys: ['for tests only'] },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
    acrValues: ['idporten-loa-substantial', 'idporten-loa-high'],
    claims: { openid: ['sub', 'pid', 'roles', 'consumer'], acr: null, sid: null, auth_time: null },
    scopes: ['openid'],
    ttl: { IdToken: 120, AccessToken: 120, ClientCredentials: 120, Session: 3600, Grant: 3600, Interaction: 600 },
    enabledJWA: {
      clientAuthSigningAlgValues: ['EdDSA', 'RS256', 'ES256'],
      idTokenSigningAlgValues: ['RS256', 'ES256'],
    },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...state.people[id] }),
    }),
    async loadExistingGrant(ctx) {
      const { provider: of, session, client, result } = ctx.oidc;
      const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
      if (known) return of.Grant.find(known);
      const grant = new of.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    // its own refuses addresses of this machine
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    extraTokenClaims: () => ({ consumer: CONSUMER }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => { ctx.body = `<!doctype html>${form}`; },
        postLogoutSuccessSource: (ctx) => { ctx.body = 'signed out'; },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'anrop:rescue.read',
          audience: 'anrop',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 120,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/token' && state.tamper && ctx.body?.id_token) {
      ctx.body.id_token = await wrong(ctx.body.id_token);
    }
  });
  provider.on('backchannel.error', (ctx, error) => console.error(error));
  provider.on('server_error', (ctx, error) => console.error(error));
  state.provider = provider;
  handle = provider.callback();
}

/** A token for a signed assertion, with the checks that Maskinporten has; the provider has no such grant. */
async function grant(assertion) {
  const refuse = (why) => ({ status: 400, answer: { error: 'invalid_grant', error_description: why } });
  const header = jose.decodeProtectedHeader(assertion);
  const key = [own.grant, own.grantEd].find((one) => one.kid === header.kid);
  if (!key) return refuse('key');
  let claims;
  try {
    const options = { audience: issuer, issuer: 'grant', algorithms: ['RS256', 'EdDSA'] };
    ({ payload: claims } = await jose.jwtVerify(assertion, key.publicKey, options));
  } catch (error) {
    return refuse(error.code);
  }
  if (claims.exp - claims.iat > 120) return refuse('too long');
  if (!claims.jti || state.seen.has(claims.jti)) return refuse('replayed');
  state.seen.add(claims.jti);
  if (claims.scope !== 'anrop:rescue.read' || claims.resource !== RESOURCE) return refuse('scope');
  const token = await accessToken({});
  return { status: 200, answer: { access_token: token, token_type: 'Bearer', expires_in: 120, scope: claims.scope } };
}

/** A machine's token as Maskinporten writes it, with what is asked for changed. */
async function accessToken(change) {
  const now = Math.floor(Date.now() / 1000);
  const key = state.keys[0];
  const payload = {
    iss: issuer, aud: 'anrop', sub: 'grant', client_id: 'grant', scope: 'anrop:rescue.read',
    iat: now, exp: now + 120, jti: randomUUID(), token_type: 'Bearer', consumer: CONSUMER, ...change,
  };
  return signed(payload, { alg: key.alg, kid: key.kid }, key.privateKey);
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const controls = {
  configure: async (wish) => { configure(wish); return {}; },
  tamper: async (wish) => { state.tamper = wish; return {}; },
  rotate: async () => { await newKeys(); build(); return {}; },
  token: async (wish) => ({ token: await accessToken(wish) }),
};

server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  try {
    if (pathname.startsWith('/_test/')) {
      const answer = await controls[pathname.slice('/_test/'.length)](JSON.parse(await body(request)));
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify(answer));
    }
    if (pathname.startsWith('/interaction/')) {
      if (request.method === 'GET') return response.end('Who are you?');
      const form = new URLSearchParams(await body(request));
      const result = form.has('abort')
        ? { error: 'access_denied', error_description: 'broken off' }
        : { login: { accountId: form.get('login'), acr: form.get('acr') ?? undefined } };
      return await state.provider.interactionFinished(request, response, result);
    }
    if (pathname === '/token') {
      const form = new URLSearchParams(await body(request));
      if (form.get('grant_type') === JWT_BEARER) {
        const { status, answer } = await grant(form.get('assertion'));
        response.writeHead(status, { 'content-type': 'application/json' });
        return response.end(JSON.stringify(answer));
      }
      request.body = Object.fromEntries(form);
    }
    return handle(request, response);
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    return response.end(String(error));
  }
});

console.log(JSON.stringify({
  issuer,
  resource: RESOURCE,
  jwks: { keys: state.keys.map((key) => key.open) },
  people: own.people.pem,
  rescue: own.rescue.pem,
  grant: own.grant.pem,
  grantEd: own.grantEd.pem,
}));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0)); // ends with the test
