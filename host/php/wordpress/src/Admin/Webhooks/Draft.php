<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Webhooks;

use Hookwright\Registry\NewWebhook;
use Hookwright\Registry\Options;
use Hookwright\Registry\Status;
use Hookwright\Registry\Webhook;
use Hookwright\Registry\WebhookChanges;
use Hookwright\WordPress\Admin\Durations;
use Hookwright\WordPress\Admin\Input;

/**
 * What stands in the fields of the form: as the webhook has it, or as a person has written it, right or wrong.
 *
 * Judges only what has no form in the component's types: numbers and lengths of time. All else the component judges.
 */
final class Draft
{
    /** The most that the component's numbers hold. */
    private const LARGEST = 4_294_967_295;

    /** @var array<string, list<string>> by field, what is wrong */
    public array $problems = [];

    /**
     * @param list<string>                        $topics  chosen in the list
     * @param string                              $more    other names and patterns, one in a line
     * @param list<array{string, string}>|null    $headers null: those that are stored stay
     */
    public function __construct(
        public readonly string $name = '',
        public readonly string $url = '',
        public readonly bool $isActive = true,
        public readonly bool $wantsAll = false,
        public readonly array $topics = [],
        public readonly string $more = '',
        #[\SensitiveParameter]
        public readonly string $secret = '',
        public readonly string $dialect = 'standard',
        public readonly string $format = '',
        public readonly string $payloadVersion = '',
        public readonly string $standardHeaders = '',
        public readonly ?array $headers = null,
        public readonly string $filter = '',
        public readonly string $timeout = '',
        public readonly string $rate = '',
        public readonly string $retries = '',
        public readonly string $description = '',
        public readonly string $integration = 'manual',
        public readonly string $owner = '',
        public readonly ?int $revision = null,
    ) {
    }

    /** A new webhook's; the address may name a topic. */
    public static function blank(Input $query): self
    {
        return new self(topics: $query->list('topic'), owner: wp_get_current_user()->user_login);
    }

    public static function of(Webhook $webhook): self
    {
        return new self(
            name: $webhook->name,
            url: $webhook->url,
            isActive: $webhook->status === Status::Active,
            wantsAll: $webhook->topics === [],
            topics: $webhook->topics,
            dialect: $webhook->dialect,
            filter: $webhook->filter ?? '',
            timeout: $webhook->timeout === null ? '' : (string) ($webhook->timeout / 1000),
            rate: (string) ($webhook->requestsPerSecond ?? ''),
            retries: $webhook->retrySchedule === null ? '' : Durations::write($webhook->retrySchedule),
            description: $webhook->description ?? '',
            integration: $webhook->integration,
            owner: $webhook->owner ?? '',
            revision: $webhook->revision,
        );
    }

    public static function from(Input $form): self
    {
        $names = $form->row('header_names');
        $values = $form->row('header_values');
        $headers = [];
        foreach ($names as $place => $name) {
            $value = $values[$place] ?? '';
            if ($name !== '' || $value !== '') {
                $headers[] = [$name, $value];
            }
        }

        return new self(
            name: $form->text('webhook_name'),
            url: $form->text('url'),
            isActive: $form->text('status') !== Status::Paused->value,
            wantsAll: $form->text('which') === 'all',
            topics: $form->list('topics'),
            more: $form->text('more_topics'),
            secret: $form->text('secret'),
            dialect: $form->text('dialect'),
            format: $form->text('format'),
            payloadVersion: $form->text('payload_version'),
            standardHeaders: $form->text('standard_headers'),
            headers: $form->text('headers') === 'keep' ? null : $headers,
            filter: $form->text('filter'),
            timeout: $form->text('timeout'),
            rate: $form->text('rate'),
            retries: $form->text('retries'),
            description: $form->text('description'),
            integration: $form->text('integration'),
            owner: $form->text('owner'),
            revision: ctype_digit($form->text('revision')) ? (int) $form->text('revision') : null,
        );
    }

    /** @return list<string> names and patterns, each once; empty: all */
    public function wanted(): array
    {
        if ($this->wantsAll) {
            return [];
        }
        $lines = preg_split('/[\s,]+/', $this->more, -1, PREG_SPLIT_NO_EMPTY) ?: [];

        return array_values(array_unique([...$this->topics, ...$lines]));
    }

    /** What the component is asked to make; null when a field holds what it has no form for: see `problems`. */
    public function toNew(): ?NewWebhook
    {
        $options = $this->options(true);

        return $this->problems !== [] ? null : new NewWebhook(
            url: $this->url,
            topics: $this->wanted(),
            name: $this->name === '' ? null : $this->name,
            status: $this->isActive ? Status::Active : Status::Paused,
            secret: $this->secret === '' ? null : $this->secret,
            options: $options,
        );
    }

    /** As `toNew`, for a webhook that is there. Its status changes only where the form's differs. */
    public function toChanges(Webhook $webhook): ?WebhookChanges
    {
        $options = $this->options(false);
        $status = match (true) {
            $this->isActive && $webhook->status !== Status::Active => Status::Active,
            !$this->isActive && $webhook->status === Status::Active => Status::Paused,
            default => null,
        };

        return $this->problems !== [] ? null : new WebhookChanges(
            name: $this->name,
            url: $this->url,
            topics: $this->wanted(),
            status: $status,
            revision: $this->revision,
            options: $options,
        );
    }

    private function options(bool $isNew): Options
    {
        $this->problems = [];
        if (!$this->wantsAll && $this->wanted() === []) {
            $this->problems['topics'][] = __('Choose at least one topic, or all of them.', 'hookwright');
        }
        $seconds = str_replace(',', '.', $this->timeout);
        if ($seconds !== '' && (!is_numeric($seconds) || $seconds < 0 || $seconds * 1000 > self::LARGEST)) {
            $this->problems['timeout'][] = __('Write a number of seconds, from 1 to 120.', 'hookwright');
        }
        $rate = $this->rate === '' ? '0' : $this->rate;
        if (!ctype_digit($rate) || (int) $rate > self::LARGEST) {
            $this->problems['requests-per-second'][] = __('Write a whole number, from 1 to 1,000.', 'hookwright');
        }
        $retries = Durations::read($this->retries);
        if ($retries === null) {
            $this->problems['retry-schedule'][] = __('Write lengths of time with commas between them, as 0s, 5m, 2h, 1d.', 'hookwright');
        }
        if ($this->problems !== []) {
            return new Options();
        }

        return new Options(
            description: $isNew && $this->description === '' ? null : $this->description,
            integration: $this->integration === '' ? 'manual' : $this->integration,
            owner: $isNew && $this->owner === '' ? null : $this->owner,
            headers: $this->headers,
            dialect: $this->dialect === '' ? null : $this->dialect,
            format: $this->format === '' ? null : $this->format,
            payloadVersion: ctype_digit($this->payloadVersion) ? min((int) $this->payloadVersion, 1000) : null,
            standardHeaders: match ($this->standardHeaders) {
                'yes' => true,
                'no' => false,
                default => null,
            },
            retrySchedule: $retries,
            timeout: (int) round((float) $seconds * 1000),
            requestsPerSecond: (int) $rate,
            filter: $this->filter,
        );
    }
}
