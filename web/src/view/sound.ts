// A short, quiet tone for a new message. Off until the customer turns it on.

let context: AudioContext | null = null;

export function chime(): void {
  try {
    context ??= new AudioContext();
    const now = context.currentTime;
    const volume = context.createGain();
    volume.gain.setValueAtTime(0, now);
    volume.gain.linearRampToValueAtTime(0.08, now + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.35);
    volume.connect(context.destination);
    for (const [frequency, delay] of [[660, 0], [880, 0.09]] as const) {
      const tone = context.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(volume);
      tone.start(now + delay);
      tone.stop(now + 0.4);
    }
  } catch {
    // No sound device, or not allowed: the message is there to be seen.
  }
}
