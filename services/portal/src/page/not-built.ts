/** What a browser shows while the dashboard is not built. */
export const NOT_BUILT = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wattmesh portal</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }</style>
</head>
<body>
<h1>Wattmesh portal</h1>
<p>The portal runs. Its dashboard is not built yet: run <code>npm run build</code> and load this page again.</p>
<ul>
<li><a href="/api/docs">HTTP interface</a></li>
<li><a href="/api/v1/communities">Communities</a></li>
<li><a href="/health/ready">Readiness</a></li>
</ul>
</body>
</html>
`;
