// Where we are: the path of the address bar, without a page load for links of our own.

class Router {
  path = $state(decodeURI(location.pathname));

  constructor() {
    addEventListener('popstate', () => (this.path = decodeURI(location.pathname)));
    document.addEventListener('click', (event) => {
      const link = (event.target as Element | null)?.closest?.('a');
      if (
        !link ||
        event.defaultPrevented ||
        event.button !== 0 ||
        event.metaKey ||
        event.ctrlKey ||
        event.shiftKey ||
        event.altKey ||
        link.target ||
        link.hasAttribute('download') ||
        link.origin !== location.origin ||
        /^\/(v1|openapi\.json|tokenlist\.json|metrics|livez|readyz)\b/.test(link.pathname) ||
        link.getAttribute('href')?.startsWith('#')
      )
        return;
      event.preventDefault();
      this.go(link.pathname);
    });
  }

  go(path: string) {
    if (path !== this.path) history.pushState(null, '', path);
    this.path = decodeURI(path);
    scrollTo(0, 0);
  }

  /** The same page under another path: choosing a network is no step back. */
  rename(path: string) {
    history.replaceState(null, '', path);
    this.path = decodeURI(path);
  }

  get segments(): string[] {
    return this.path.split('/').filter(Boolean);
  }
}

export const router = new Router();
