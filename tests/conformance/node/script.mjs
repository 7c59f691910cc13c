// Callbacks as a scenario writes them down, as extensions of the package. What they are told is kept in `told`.

export function extensionsOf(scripts, told) {
  return scripts.map((script) => ({
    name: script.name,
    topics: script.topics,
    for: script.for,
    buildData: script['build-data'] && ((_, data) => changed(script['build-data'], data)),
    filterData: script['filter-data'] && ((_, data) => changed(script['filter-data'], data)),
    shouldDeliver: script['should-deliver'] && (() => answer(script['should-deliver'])),
    filterRequest: script['filter-request'] && (() => added(script['filter-request'])),
    afterDelivery:
      script['after-delivery'] && ((delivery, outcome) => void told.push(heard(script.name, delivery, outcome))),
  }));
}

function changed(script, data) {
  refuse(script);
  return { ...data, ...script.put };
}

function answer(script) {
  refuse(script);
  return script.answer;
}

function added(script) {
  refuse(script);
  return script.add;
}

function refuse({ refuse: words }) {
  if (words !== undefined) {
    throw new Error(words);
  }
}

function heard(to, { deliveryId, topic, attempt }, outcome) {
  return { to, 'delivery-id': deliveryId, topic, attempt, outcome: { ...outcome, 'duration-ms': 0 } };
}
