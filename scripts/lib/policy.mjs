// The content security policy of the page: one text for the built page and for the server's header.

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For a `<meta>` tag, where `frame-ancestors` has no effect. */
export const pagePolicy = directives.join('; ');

/** For the response header: the page may be embedded anywhere, it holds nothing worth framing. */
export const headerPolicy = [...directives, 'frame-ancestors *'].join('; ');
