"""What a page is shown with: its asking is listed and granted by nobody, and it cannot drown who watches it.

The script runs in every frame before the page's own. A page may get round it and gains nothing: no connection
comes of it, and the limits of the capture hold.
"""

import json
from secrets import token_hex

# Where each way of asking lives. `print` is answered here, because the real one opens a window that waits for a person.
_ASKED = {
    "geolocation": ("Geolocation", "getCurrentPosition watchPosition"),
    "notifications": ("Notification", "requestPermission", "static"),
    "clipboard": ("Clipboard", "read readText write writeText"),
    "camera or microphone": ("MediaDevices", "getUserMedia getDisplayMedia"),
    "fullscreen": ("Element", "requestFullscreen webkitRequestFullscreen"),
    "pointer lock": ("Element", "requestPointerLock"),
    "MIDI": ("Navigator", "requestMIDIAccess"),
    "protocol handler": ("Navigator", "registerProtocolHandler"),
    "bluetooth": ("Bluetooth", "requestDevice"),
    "usb": ("USB", "requestDevice"),
    "serial": ("Serial", "requestPort"),
    "hid": ("HID", "requestDevice"),
    "push": ("PushManager", "subscribe"),
    "persistent storage": ("StorageManager", "persist"),
    "wake lock": ("WakeLock", "request"),
    "payment": ("PaymentRequest", "show"),
    "credentials": ("CredentialsContainer", "get create"),
    "service worker": ("ServiceWorkerContainer", "register"),
}
RESTRAINED, SOCKET, SCROLLING = "restrained ", "socket ", "scrolling"
_SCRIPT = """
((mark, asked) => {
  const tell = console.debug.bind(console), known = new Set(), later = setTimeout;
  const say = (what) => { if (known.size < 100 && !known.has(what)) { known.add(what); tell(mark + what); } };
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "SharedWorker"]) {
    delete globalThis[name];
  }
  for (const [what, [kind, names, where]] of Object.entries(asked)) {
    const owner = globalThis[kind] && (where ? globalThis[kind] : globalThis[kind].prototype);
    for (const name of owner ? names.split(" ") : []) {
      const real = owner[name];
      if (typeof real !== "function") continue;
      owner[name] = { [name](...given) { say(what); return Reflect.apply(real, this, given); } }[name];
    }
  }
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = { addEventListener(kind, ...given) {
    if (kind === "scroll") say("scrolling");
    return Reflect.apply(listen, this, [kind, ...given]);
  } }.addEventListener;
  const Observer = globalThis.IntersectionObserver;
  if (Observer) {
    globalThis.IntersectionObserver = class IntersectionObserver extends Observer {
      constructor(...given) { say("scrolling"); super(...given); }
    };
  }
  globalThis.print = function print() { say("print"); };
  const restrain = (owner, names, most, instead) => {
    for (const name of names.split(" ")) {
      const real = owner && owner[name];
      if (typeof real !== "function") continue;
      let count = 0;
      owner[name] = { [name](...given) {
        if (++count > most) { say("restrained " + name); return instead(); }
        return Reflect.apply(real, this, given);
      } }[name];
    }
  };
  restrain(console, "log info warn error debug dir table trace group assert", 300, () => undefined);
  restrain(globalThis, "open", 20, () => null);
  restrain(globalThis, "alert confirm prompt", 20, () => null);
  restrain(globalThis, "fetch", 200, () => new Promise(() => {}));
  restrain(globalThis.XMLHttpRequest && XMLHttpRequest.prototype, "send", 200, () => undefined);
  restrain(globalThis.Navigator && Navigator.prototype, "sendBeacon", 50, () => false);
  globalThis.WebSocket = class WebSocket extends EventTarget {
    constructor(address) {
      super();
      this.url = String(new URL(address, location.href));
      this.readyState = 3;
      say("socket " + this.url);
      later(() => {
        for (const kind of ["error", "close"]) {
          const event = new Event(kind);
          this.dispatchEvent(event);
          if (typeof this["on" + kind] === "function") this["on" + kind](event);
        }
      });
    }
    send() {}
    close() {}
  };
  Object.assign(globalThis.WebSocket, {CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3});
})
"""


class Asking:
    """The script that a page is shown with, and how its words are known among those of the console."""

    def __init__(self) -> None:
        self._mark = f"{token_hex(16)}:"

    @property
    def script(self) -> str:
        """Runs in every frame before the page's own scripts; also takes away what would open sockets by itself."""
        return f"{_SCRIPT.strip()}({json.dumps(self._mark)}, {json.dumps(_ASKED)});"

    def asked(self, message: str) -> str | None:
        """What a console message of the script says was asked for; None for a message of the page's own."""
        return message.removeprefix(self._mark) if message.startswith(self._mark) else None
