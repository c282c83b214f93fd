// Whether an answer is the one that a page shows. In a text, "..." stands for anything; `extensions` may be left out.

const ANYTHING = '...';

/** Whether a text is as shown. */
function matches(text, shown) {
  const escaped = shown.split(ANYTHING).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.+')}$`, 's').test(text);
}

/** Where an answer is not as shown; nothing when it is. */
export function difference(is, shown, path = 'the answer') {
  if (shown === ANYTHING && is !== undefined) return undefined;
  if (typeof shown === 'string' && typeof is === 'string') return matches(is, shown) ? undefined : `${path} is ${is}`;
  if (shown === null || typeof shown !== 'object' || is === null || typeof is !== 'object') {
    return is === shown ? undefined : `${path} is ${JSON.stringify(is)}`;
  }
  const leftOut = (key) => ['extensions', 'locations'].includes(key) && !Array.isArray(is) && !(key in shown);
  const keys = [...new Set([...Object.keys(is), ...Object.keys(shown)])].filter((key) => !leftOut(key));
  for (const key of keys) {
    const found = key in is && key in shown ? difference(is[key], shown[key], `${path}.${key}`) : `${path}.${key} is in one only`;
    if (found) return found;
  }
  return undefined;
}

/** The first of the lines shown that an answer does not have; nothing when it has all. */
export function missing(answer, shown) {
  const lines = answer.split(/\r?\n/);
  const due = shown.split('\n').filter((line) => line.trim() !== '');
  const found = due.find((line) => !lines.some((one) => matches(one.toLowerCase(), line.toLowerCase())));
  return found && `there is no line ${found} in ${answer}`;
}
