// A page's line to its own local process. Comes back by itself; knows nothing of what it carries.

const FIRST_RETRY_MS = 100; // a local process that restarts is back within seconds
const LAST_RETRY_MS = 1000;
export const PROTOCOL = 1;

/**
 * @template In, Out
 */
export class Local {
  /**
   * @param {Object} handlers
   * @param {(message: In) => void} handlers.onMessage
   * @param {(open: boolean) => void} handlers.onState
   * @param {() => boolean} handlers.isLive  whether a session runs, for the process that restarted
   */
  constructor(handlers) {
    this.handlers = handlers;
    this.retryMs = FIRST_RETRY_MS;
    this.ended = false;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.connect();
  }

  /** @private */
  connect() {
    const token = new URLSearchParams(location.search).get('token') ?? '';
    const socket = new WebSocket(`ws://${location.host}/ws?token=${encodeURIComponent(token)}`);
    this.socket = socket;
    socket.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
      const hello = { type: 'hello', v: PROTOCOL, live: this.handlers.isLive() };
      socket.send(JSON.stringify(hello));
      this.handlers.onState(true);
    };
    socket.onmessage = (event) => this.handlers.onMessage(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.ended || this.socket !== socket)
        return;
      this.handlers.onState(false);
      setTimeout(() => this.connect(), this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    };
  }

  /**
   * @param {Out} message
   * @returns {boolean} false while the process is away
   */
  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN)
      return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Another window took over: stay quiet for good. */
  end() {
    this.ended = true;
    this.socket?.close();
  }
}
