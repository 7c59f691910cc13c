<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Bridges;

use Hookwright\Exception\Conflict;
use Hookwright\Exception\HookwrightException;
use Hookwright\Exception\InvalidInput;
use Hookwright\Registry\NewWebhook;
use Hookwright\Registry\Options;
use Hookwright\Registry\Query;
use Hookwright\Registry\Sort;
use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\Registry\WebhookChanges;
use Hookwright\Types\Paging;
use Hookwright\Types\Scope;
use Hookwright\WordPress\Site;

/**
 * Takes the webhooks of another plugin over, in one step or in two: copies that are paused, and later the change from the
 * originals to the copies. Nothing is sent twice, and to do it again does no harm.
 *
 * The copy's `integration` says where it comes from, as `woocommerce.12`.
 */
final class Import
{
    /** What the component takes: registry.new-webhook. */
    private const SECRET_LENGTH = [8, 200];

    private const NAME_MAX = 200;

    public function __construct(private readonly Site $site, private readonly Origin $origin)
    {
    }

    /**
     * @param ImportStep $step how far to go
     *
     * @return list<Takeover> one for each of the originals
     *
     * @throws HookwrightException when nothing can be read or written at all
     */
    public function run(ImportStep $step): array
    {
        if ($step !== ImportStep::Look) {
            $this->registerTopics();
        }

        return array_map(fn (Original $original) => $this->take($original, $step), $this->origin->originals());
    }

    private function take(Original $original, ImportStep $step): Takeover
    {
        $copy = $this->copyOf($original);
        if ($step === ImportStep::Look) {
            $state = $copy === null ? TakeoverState::Found : TakeoverState::Present;

            return new Takeover($original, $state, $copy?->id);
        }
        if ($copy === null) {
            return $this->copied($original, $step);
        }
        if ($step === ImportStep::Copy || !$original->isActive) {
            return new Takeover($original, TakeoverState::Present, $copy->id);
        }
        $changes = new WebhookChanges(status: Status::Active);
        $this->site->hookwright()->registry->update(Scope::all(), $copy->id, $changes);

        return $this->stopped(new Takeover($original, TakeoverState::TakenOver, $copy->id));
    }

    private function copied(Original $original, ImportStep $step): Takeover
    {
        $takesOver = $step === ImportStep::TakeOver && $original->isActive;
        $length = strlen((string) $original->secret);
        $keepsSecret = $original->secret !== null
            && $length >= self::SECRET_LENGTH[0]
            && $length <= self::SECRET_LENGTH[1];
        $webhook = new NewWebhook(
            url: $original->url,
            topics: $original->topics,
            name: self::named($original->name),
            status: $takesOver ? Status::Active : Status::Paused,
            secret: $keepsSecret ? $original->secret : null,
            options: new Options(
                description: $this->description($original),
                integration: $original->label(),
                owner: $original->owner,
                dialect: $original->dialect,
                payloadVersion: $original->version,
                standardHeaders: false,
            ),
        );
        try {
            $created = $this->site->hookwright()->registry->create($webhook);
        } catch (InvalidInput $refused) {
            $why = array_map(static fn ($field) => "{$field->field}: {$field->message}", $refused->fields);

            return new Takeover($original, TakeoverState::Refused, message: implode('; ', $why));
        }
        $isNew = $original->secret !== null && !$keepsSecret;
        $taken = new Takeover(
            $original,
            $takesOver ? TakeoverState::TakenOver : TakeoverState::Copied,
            $created->webhook->id,
            $isNew ? $created->secret : null,
            $isNew ? __('The secret was too short or too long; the copy has a new one.', 'hookwright') : $original->note,
        );

        return $takesOver ? $this->stopped($taken) : $taken;
    }

    private function stopped(Takeover $taken): Takeover
    {
        try {
            $this->origin->stop($taken->original);

            return $taken;
        } catch (\Throwable $thrown) {
            /* translators: %s: an error message */
            $message = __('The original could not be stopped and sends as well: %s', 'hookwright');

            return new Takeover(
                $taken->original,
                $taken->state,
                $taken->webhookId,
                $taken->newSecret,
                sprintf($message, $thrown->getMessage()),
            );
        }
    }

    private function copyOf(Original $original): ?Webhook
    {
        for ($number = 1;; $number++) {
            $page = $this->site->hookwright()->registry->find(new Query(
                scope: Scope::all(),
                sort: Sort::Created,
                descending: false,
                paging: new Paging($number, 100),
                search: $original->label(),
            ));
            foreach ($page->items as $webhook) {
                if ($webhook->integration === $original->label()) {
                    return $webhook;
                }
            }
            if (count($page->items) < 100) {
                return null;
            }
        }
    }

    private function registerTopics(): void
    {
        foreach ($this->origin->topics() as $topic) {
            try {
                $this->site->hookwright()->catalogue->register($topic);
            } catch (Conflict | InvalidInput) {
                // It is built in, or no topic: then the webhook is refused, with the reason.
            }
        }
    }

    private function description(Original $original): string
    {
        /* translators: 1: name of a plugin, 2: number of the webhook there */
        $text = sprintf(__('Taken over from %1$s, webhook %2$d.', 'hookwright'), $this->origin->title(), $original->id);
        if ($original->madeBy !== null && $original->madeBy !== '') {
            /* translators: %s: name of an integration, as "zapier" */
            $text .= ' ' . sprintf(__('Integration: %s', 'hookwright'), $original->madeBy);
        }

        return $text;
    }

    /** Null: the default. */
    private static function named(string $name): ?string
    {
        $name = trim((string) preg_replace('/[\p{Cc}\s]+/u', ' ', $name));

        return $name === '' ? null : mb_substr($name, 0, self::NAME_MAX);
    }
}
