<?php

declare(strict_types=1);

// Callbacks as a scenario writes them down, as extensions of the package.

namespace Hookwright\Conformance;

use Hookwright\Extensions;
use Hookwright\Extensions\DeliveryContext;
use Hookwright\Extensions\ExtensionTopic;

/**
 * @param list<\stdClass>              $scripts
 * @param \Closure(\stdClass): mixed   $tell    is told what an extension has heard of an attempt
 */
function extensionsOf(array $scripts, \Closure $tell): Extensions
{
    $extensions = new Extensions();
    foreach ($scripts as $script) {
        $topics = $script->for ?? [];
        $own = [];
        foreach ($script->topics ?? [] as $topic) {
            $own[] = $topic->name;
            $extensions->addTopic(new ExtensionTopic(
                $topic->name,
                $topic->title,
                $topic->description,
                $topic->group,
                $script->name,
                isset($topic->schema) ? written($topic->schema) : null,
                isset($topic->sample) ? written($topic->sample) : null,
            ));
        }
        if (isset($script->{'build-data'})) {
            $extensions->onBuildData(static fn (mixed $data) => changed($script->{'build-data'}, $data), $own);
        }
        if (isset($script->{'filter-data'})) {
            $extensions->onFilterData(static fn (mixed $data) => changed($script->{'filter-data'}, $data), $topics);
        }
        if (isset($script->{'should-deliver'})) {
            $extensions->onShouldDeliver(static fn () => played($script->{'should-deliver'})->answer, $topics);
        }
        if (isset($script->{'filter-request'})) {
            $extensions->onFilterRequest(static fn () => (array) played($script->{'filter-request'})->add, $topics);
        }
        if (isset($script->{'after-delivery'})) {
            $extensions->onAfterDelivery(
                static fn (array $outcome, DeliveryContext $context) => $tell(heard($script->name, $outcome, $context)),
                $topics,
            );
        }
    }

    return $extensions;
}

function changed(\stdClass $script, mixed $data): mixed
{
    foreach ((array) played($script)->put as $name => $value) {
        // A map that an array cannot say is an object.
        if ($data instanceof \stdClass) {
            $data->{$name} = $value;
        } else {
            $data[$name] = $value;
        }
    }

    return $data;
}

function played(\stdClass $script): \stdClass
{
    return isset($script->refuse) ? throw new \RuntimeException($script->refuse) : $script;
}

function heard(string $to, array $outcome, DeliveryContext $context): \stdClass
{
    return (object) [
        'to' => $to,
        'delivery-id' => $context->deliveryId,
        'topic' => $context->event->topic,
        'attempt' => $context->attempt,
        'outcome' => (object) (['duration-ms' => 0] + $outcome),
    ];
}
