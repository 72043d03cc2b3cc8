(() => {
  // Picture and sound of a call, between the two browsers. No device is asked for before a press, and nothing is called
  // connected before frames arrive. Whatever fails, the call goes on in writing.
  const root = document.getElementById('live'), panel = root && root.querySelector('.media');
  if (!panel || !root.live) return;
  const words = root.dataset, polite = words.side === 'customer', find = name => panel.querySelector(name);
  const line = find('.means'), fault = find('.fault'), lead = find('.lead'), choose = find('.choose'), devices = find('.devices');
  const pictures = find('.pictures'), theirs = find('.theirs'), mirror = find('.own'), note = find('.note');
  const mute = find('.mute'), camera = find('.camera'), more = find('.more');
  const heard = new MediaStream();
  const LATE = 8000, LAPSE = 5000, TRIES = 3;

  let call = null, wish = '', own = null, asked = 0, paused = false, fresh = false;
  let peer = {on: false, audio: false, video: false}, level = '', failures = 0, broken = false;
  let pc = null, channel = null, making = false, number = 0, taken = 0, lost = 0, gone = 0, held = null, early = [], work = Promise.resolve(), part, parted, linked;
  let unsent = [], found = [], gathering, pause, late, looking, before = {frames: 0, packets: 0}, servers = [], until = 0, policy = 'all', got, trying = true;

  const on = () => wish === 'video' || wish === 'audio';
  const name = () => call && call.joined ? root.call.other : words.media_agent;
  const say = (element, text) => { if (element.textContent !== text) element.textContent = text; };
  const live = kind => own ? own.getTracks().filter(track => track.kind === kind && track.readyState === 'live') : [];
  const open_at = kind => live(kind).some(track => track.enabled);
  const session = sdp => (/^o=\S+ (\S+)/m.exec(sdp) || [])[1];

  const post = frame => { if (root.live.send(frame) === false) unsent = [...unsent.slice(-20), frame]; };
  // Without a member, there is no such device. False says that it is off for now.
  const tell = (seen = false, relayed = false) => post({
    t: 'media', ...(live('audio').length && {audio: open_at('audio')}), ...(live('video').length && {video: open_at('video')}), seen, relayed,
  });

  const state = () => {
    if (wish === 'asking') return words.media_asking;
    if (wish === 'none') return words.media_through;
    if (!on()) return call.joined && peer.on ? words.media_offered : '';
    if (!call.joined) return words.media_ready;
    if (!peer.on) return words.media_alone;
    if (broken && call.met) return words.media_again;
    return level === 'video' && peer.video ? words.media_connected : level ? words.media_heard : words.media_connecting;
  };
  const show = () => {
    panel.hidden = !call || !['video', 'audio'].includes(call.means);
    if (!call) return;
    const seen = level === 'video' && peer.video, who = text => text.replaceAll('{who}', name());
    const dark = level === 'video' && !peer.video ? words.media_dark : '', silent = peer.audio ? '' : words.media_silent;
    say(line, who(state()));
    say(lead, who(words.media_lead));
    say(note, on() && level ? who(`${dark} ${silent}`.trim()) : '');
    choose.hidden = on() || wish === 'text';
    choose.querySelector('[value=video]').hidden = call.means === 'audio';
    devices.hidden = !on();
    more.hidden = wish !== 'text';
    mute.textContent = open_at('audio') ? words.media_mute : words.media_unmute;
    camera.textContent = open_at('video') ? words.media_camera_off : words.media_camera_on;
    camera.hidden = wish !== 'video';
    mirror.hidden = !open_at('video');
    theirs.classList.toggle('quiet', !seen);
    theirs.setAttribute('aria-label', words.media_theirs.replace('{who}', name()));
    pictures.hidden = !on() || (mirror.hidden && !call.joined);
    if (paused) say(fault, words.media_paused);
    else if (fault.textContent === words.media_paused) say(fault, '');
  };

  // Devices.
  const names = {NotAllowedError: 'denied', NotFoundError: 'missing', NotReadableError: 'busy', AbortError: 'busy',
    OverconstrainedError: 'unfit', SecurityError: 'insecure'};
  const stream = async kind => {
    const from = constraints => navigator.mediaDevices.getUserMedia(constraints);
    try {
      return await from({
        audio: {echoCancellation: true, noiseSuppression: true, autoGainControl: true},
        video: kind === 'video' && {width: {ideal: 640}, height: {ideal: 480}, frameRate: {ideal: 24, max: 30}, facingMode: 'user'},
      });
    } catch (error) {
      if (error.name !== 'OverconstrainedError') throw error;
      return from({audio: true, video: kind === 'video'});
    }
  };
  const release = () => {
    asked += 1;
    if (own) own.getTracks().forEach(track => { track.onended = null; track.stop(); });
    own = mirror.srcObject = null;
    paused = false;
  };
  const ask = async kind => {
    if (wish === 'asking') return;
    say(fault, '');
    const turn = asked += 1;
    try {
      if (!navigator.mediaDevices || !window.RTCPeerConnection) throw new DOMException('', 'none');
      wish = 'asking';
      show();
      const given = await stream(kind);
      if (turn !== asked) return given.getTracks().forEach(track => track.stop());
      own = given;
      wish = kind;
    } catch (error) {
      if (turn !== asked) return;
      wish = '';
      show();
      return say(fault, words[`media_${error.name === 'none' ? 'none' : names[error.name] || 'busy'}`]);
    }
    for (const track of own.getTracks()) {
      track.onended = () => { say(fault, words.media_busy); tell(); show(); };
      if (track.kind === 'video') {
        track.onmute = () => { paused = true; show(); };
        track.onunmute = () => { paused = false; show(); };
      }
    }
    mirror.srcObject = own;
    failures = 0;
    const inside = choose.contains(document.activeElement);
    show();
    if (inside) mute.focus();
    tell();
    begin();
  };

  // Connection: perfect negotiation, in which the customer gives way. `n` numbers negotiations, and grows on both sides.
  const shut = () => {
    for (const timer of [gathering, late, looking, got]) clearTimeout(timer);
    gathering = undefined;
    if (pc) pc.close();
    if (part) part();
    parted = new Promise(done => { part = done; });
    pc = channel = null;
    found = [];
    pause = 200;
    level = '';
    taken = 0;
    before = {frames: 0, packets: 0};
    heard.getTracks().forEach(track => heard.removeTrack(track));
  };
  const begin = async () => {
    // Neither address may be shown before a relay that hides both is known.
    if (call.joined && on() && policy === 'relay' && !relayed()) await relays();
    if (call) open();
  };
  const open = () => {
    shut();
    broken = false;
    trying = true;
    if (!call || !call.joined || !on()) return show();
    const mine = pc = new RTCPeerConnection({bundlePolicy: 'max-bundle', ...config()});
    channel = mine.createDataChannel('live', {negotiated: true, id: 0});
    channel.onmessage = ({data}) => {
      const said = JSON.parse(data);
      if (typeof said.line === 'string') root.dispatchEvent(new CustomEvent('live', {detail: said}));
    };
    own.getTracks().forEach(track => mine.addTrack(track, own));
    mine.onnegotiationneeded = () => offer(mine);
    mine.onicecandidate = ({candidate}) => {
      if (mine !== pc || !candidate || !candidate.candidate) return;
      found.push(candidate.toJSON());
      if (gathering) return;
      // Each message waits twice as long as the last one, so that slow gathering needs few of them.
      gathering = setTimeout(hand, pause);
      pause = Math.min(2 * pause, 800);
    };
    mine.onicegatheringstatechange = () => {
      const local = mine === pc && mine.iceGatheringState === 'complete' && mine.localDescription;
      if (local && gathering) {
        clearTimeout(gathering);
        hand();
      }
      // Without any address of its own, and by relays alone, there is nothing to wait for.
      if (local && config().iceTransportPolicy === 'relay' && !/^a=candidate/m.test(local.sdp)) fail(mine);
    };
    mine.ontrack = ({track}) => {
      heard.addTrack(track);
      theirs.srcObject ??= heard;
      theirs.play().catch(error => { if (error.name === 'NotAllowedError') theirs.controls = true; });
    };
    mine.onconnectionstatechange = () => { if (mine === pc) changed(mine); };
    const first = held;
    held = null;
    if (first) queue(() => describe(first));
    watch();
    show();
  };
  const config = () => ({iceServers: until > Date.now() ? servers : [], iceTransportPolicy: policy});
  const relayed = () => config().iceServers.some(each => each.credential);
  // What a closed connection was asked to do never ends.
  const queue = step => { work = work.then(() => Promise.race([step(), parted])).catch(() => {}); };
  const send = mine => {
    const {type, sdp} = mine.localDescription;
    post({t: 'sdp', kind: type, d: sdp, n: type === 'offer' ? number : taken, ...(type === 'answer' && lost && {old: lost})});
  };
  const offer = async mine => {
    if (mine !== pc) return;
    making = true;
    try {
      await mine.setLocalDescription();
      if (mine !== pc || mine.signalingState !== 'have-local-offer') return;
      // Numbers of a page that is read again go on, because time does.
      number = Math.max(number, taken, Math.floor(Date.now() / 1000) - 1.7e9) + 1;
      limit(mine);
      send(mine);
      // The other side passes by an offer that overtook its own answer. Before a connection, `watch` sees to that.
      setTimeout(() => { if (mine.connectionState === 'connected') again(mine); }, 2000);
    } catch {} finally { making = false; }
  };
  const again = mine => { if (mine === pc && mine.signalingState === 'have-local-offer') send(mine); };
  const limit = mine => {
    if (!matchMedia('(pointer: coarse)').matches) return;
    for (const sender of mine.getSenders()) {
      const parameters = sender.getParameters();
      if (!sender.track || sender.track.kind !== 'video' || !parameters.encodings || !parameters.encodings[0]) continue;
      parameters.encodings[0].maxBitrate = 600000;
      sender.setParameters(parameters).catch(() => {});
    }
  };
  const hand = () => {
    gathering = undefined;
    if (!pc || !pc.localDescription) return;
    const n = pc.localDescription.type === 'offer' ? number : taken;
    while (found.length) post({t: 'ice', c: found.splice(0, 40), n});
  };
  const describe = async ({kind, d, n}) => {
    let mine = pc;
    if (!mine) return;
    // A page that was read again, or another agent's, has another session.
    const other = mine.remoteDescription && session(mine.remoteDescription.sdp) !== session(d);
    const collides = kind === 'offer' && (making || mine.signalingState !== 'stable');
    if (kind === 'answer') {
      if (n !== number || mine.signalingState !== 'have-local-offer') return;
      if (other) return open();
    } else if (n <= gone) return;
    else if (other || (polite && collides && !mine.remoteDescription)) {
      // Chromium cannot take an offer back if the other one has other media. A new connection can take that one.
      if (!other) lost = number;
      open();
      mine = pc;
    } else if (n <= taken) {
      if (n === taken && mine.signalingState === 'stable' && mine.localDescription.type === 'answer') send(mine);
      return;
    } else if (!polite && collides) {
      setTimeout(again, 2000, mine);
      return;
    }
    if (kind === 'offer') { taken = n; trying = true; watch(); }
    await mine.setRemoteDescription({type: kind, sdp: d});
    if (kind === 'offer') {
      await mine.setLocalDescription();
      if (mine !== pc) return;
      limit(mine);
      send(mine);
    }
    await feed();
  };
  const feed = async () => {
    if (!pc || !pc.remoteDescription) return;
    const mine = pc, sdp = mine.remoteDescription.sdp, now = Math.max(number, taken), kept = early;
    early = [];
    for (const each of kept) {
      const fragment = each.c.usernameFragment;
      if (fragment ? sdp.includes(`a=ice-ufrag:${fragment}\r\n`) : each.n === now) await mine.addIceCandidate(each.c).catch(() => {});
      else if (each.n >= now) early.push(each);
    }
  };

  // Trouble on the way. One side begins anew; the other waits for it, and begins if nothing comes.
  const watch = () => {
    for (const timer of [late, got]) clearTimeout(timer);
    if (!pc || !peer.on || pc.connectionState === 'connected') return;
    late = setTimeout(fail, LATE, pc);
    if (!relayed()) got = setTimeout(relay, LATE / 2, pc);
  };
  const changed = mine => {
    if (mine.connectionState === 'connected') {
      for (const timer of [late, got]) clearTimeout(timer);
      trying = true;
      linked = mine;
      look(mine);
    } else if (mine.connectionState === 'disconnected') {
      level = '';
      broken = true;
      clearTimeout(late);
      late = setTimeout(fail, LAPSE, mine);
    } else if (mine.connectionState === 'failed') fail(mine);
    show();
  };
  const over = (way, stats) => Boolean(way)
    && [way.localCandidateId, way.remoteCandidateId].some(id => (stats.get(id) || {}).candidateType === 'relay');
  const look = async mine => {
    clearTimeout(looking);
    if (mine !== pc || mine.connectionState !== 'connected') return;
    let frames = 0, packets = 0, way = null;
    const stats = await mine.getStats();
    stats.forEach(each => {
      if (each.type === 'transport') way = stats.get(each.selectedCandidatePairId);
      if (each.type !== 'inbound-rtp') return;
      if (each.kind === 'video') frames += each.framesDecoded || 0;
      else packets += each.packetsReceived || 0;
    });
    if (mine !== pc) return;
    const now = frames > before.frames ? 'video' : packets > before.packets ? 'audio' : '';
    before = {frames, packets};
    if (now === 'video' || (now && !level)) {
      level = now;
      call.met = true;
      broken = false;
      failures = 0;
      if (polite && !call.seen) { call.seen = true; tell(true, over(way, stats)); }
      show();
    }
    looking = setTimeout(look, level === 'video' || (level && !peer.video) ? 2000 : 200, mine);
  };
  const fail = async mine => {
    if (mine !== pc || !trying) return;
    trying = false;
    clearTimeout(late);
    failures += 1;
    if (failures >= TRIES) {
      shut();
      release();
      wish = 'none';
      return show();
    }
    broken = true;
    level = '';
    show();
    // What there is of relays may have ended.
    until = 0;
    await relays();
    const last = taken;
    late = setTimeout(() => { if (mine === pc && taken === last && mine.connectionState !== 'connected') restart(mine); }, polite ? 2500 : 0);
  };
  const restart = mine => {
    // Where an answer was lost, the two may disagree about who begins to encrypt. Only a new connection mends that.
    if (mine !== linked) return open();
    trying = true;
    mine.setConfiguration({bundlePolicy: 'max-bundle', ...config()});
    mine.restartIce();
    if (mine.signalingState === 'have-local-offer') offer(mine);
    watch();
  };
  const relay = async mine => { if (await relays() && mine === pc && mine.connectionState !== 'connected') restart(mine); };
  const relays = async () => {
    if (relayed()) return false;
    const reply = await root.live.ask({t: 'relay'}).catch(() => null);
    if (!reply || reply.t !== 'ice-servers') return false;
    learn(reply);
    return relayed();
  };
  const learn = ice => {
    servers = ice.servers;
    until = Date.now() + ice.ttl * 900;
    policy = ice.policy;
  };

  // What the other side and the server say.
  const offered = ({d}) => ({on: true, audio: true, video: /^m=video/m.test(d)});
  const ours = frame => call && call.joined && frame.call === call.number;
  root.addEventListener('sdp', ({detail}) => {
    if (!ours(detail) || !pc) {
      if (detail.kind === 'offer' && (!held || held.n < detail.n || held.call !== detail.call)) held = detail;
      if (!ours(detail)) return;
    }
    gone = Math.max(gone, detail.old || 0);
    const first = !peer.on;
    if (first) peer = offered(detail);
    if (pc) queue(() => describe(detail));
    if (first) watch();
    show();
  });
  root.addEventListener('ice', ({detail}) => {
    early = [...early.slice(-60), ...detail.c.map(c => ({c, n: detail.n}))];
    queue(feed);
  });
  root.addEventListener('media', ({detail}) => {
    if (!ours(detail)) return;
    const was = peer.on;
    peer = {on: 'audio' in detail || 'video' in detail, audio: detail.audio, video: detail.video};
    if (!peer.on) held = null;
    if (pc && !peer.on && pc.remoteDescription) open();
    else if (pc) setTimeout(again, peer.on ? 2500 : 0, pc);
    if (peer.on && !was) watch();
    show();
  });
  root.addEventListener('state', () => {
    fresh = true;
    unsent.splice(0).forEach(post);
  });
  root.addEventListener('room', ({detail: room}) => {
    if (call && call.rid === room.rid && room.call < call.number) return;
    const joined = room.state === 'joined', there = joined || (polite && room.state === 'waiting');
    const key = `${room.rid} ${room.call} ${joined ? `${room.agent} ${room.transfers || 0}` : room.state}`;
    if (room.policy) policy = room.policy;
    if (room.ice) learn(room.ice);
    if (!call || call.key !== key) {
      if (!joined || (held && held.call !== room.call)) held = null;
      if (!joined) early = [];
      peer = {on: false, audio: false, video: false};
      failures = lost = gone = 0;
      call = there ? {key, rid: room.rid, number: room.call, joined, means: room.media} : null;
      if (!call) stop();
      else {
        if (held) peer = offered(held);
        begin();
        show();
      }
    }
    if (joined && fresh) tell();
    fresh = false;
  });
  const stop = () => {
    shut();
    release();
    call = null;
    wish = '';
    say(fault, '');
    show();
  };
  for (const name of ['end', 'elsewhere']) root.addEventListener(name, stop);
  for (const button of root.querySelectorAll('.leave')) button.addEventListener('click', stop);
  // The agent's own press begins a call, so the other side has nothing to hear of this page.
  for (const list of root.querySelectorAll('.waiting')) list.addEventListener('click', () => { fresh = false; });

  // Buttons.
  choose.addEventListener('click', ({target}) => {
    if (target.value === 'text') { say(fault, ''); wish = 'text'; show(); more.focus(); }
    else if (target.value) ask(target.value);
  });
  const turn = kind => own.getTracks().filter(track => track.kind === kind).forEach(track => { track.enabled = !track.enabled; });
  mute.addEventListener('click', () => { turn('audio'); tell(); show(); });
  camera.addEventListener('click', () => { turn('video'); tell(); show(); });
  find('.write-only').addEventListener('click', () => {
    shut();
    release();
    wish = 'text';
    tell();
    show();
    more.focus();
  });
  more.addEventListener('click', () => { wish = ''; show(); choose.querySelector('button:not([hidden])').focus(); });
  root.media = {
    write: frame => {
      if (!channel || channel.readyState !== 'open' || pc.connectionState !== 'connected') return false;
      channel.send(JSON.stringify(frame));
      return true;
    },
  };
})();
