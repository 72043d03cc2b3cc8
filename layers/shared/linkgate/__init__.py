"""Secure customer links: the package that all functions share. This is its map; docs/architecture.md tells more.

Floors. Imports only point downwards. Neighbours on one floor (lines with +) import nothing from each other.

    endpoint/             AWS events to plain values, replies to AWS
    wiring.py             builds everything that use cases need from outside
    late_adapters.py      builds what few functions need at its first use
    + settings.py         environment that the template gives every function
    rates.py              counts in memory that slow down floods
    routes/               parse, act, render: easysend, easysend_cancel, digidesk, ocular, trendsic, manage,
                          manage_categories, manage_files, recipient, recipient_link, recipient_visit,
                          recipient_step, recipient_callback, recipient_documents, recipient_files,
                          recipient_live, receipts, desk, console, console_brand, console_desk, console_editor,
                          console_trials, console_erasing,
                          console_links, console_people, console_proposals, console_results, console_screens,
                          console_setup, console_forms, console_keys, console_messages, console_webhooks,
                          unrouted, live, live_desk, import_steps
    log_lines.py          log lines, from a fixed list of fields
    dialects/             callers' formats: easysend, digidesk, ocular, trendsic (with servicestack), manage, recipient,
                          live, console
      + store/            the DynamoDB table
      + sending/          e-mails, SMS and webhooks
    aws/                  AWS clients, queues, schedules, event bus and metrics
      + pages/            the kit of HTML pages
    usecases/             what Linkgate does
      + wire/             HTTP without Lambda
    ports/                Protocols for what use cases need; store, sending and aws match them by shape
    model/                links, tenants, limits and their rules
      + tokens.py         rids, secrets and their hashes
    errors.py             every error, as facts; dialects word them
    lazy_dataclass.py     dataclasses that cost little in a cold start
      + texts/            everything that people read, in one file for each language

Rooms. usecases, store, ports and the tests have the same, which are the life of a link.

    issuing               a caller's request becomes a link
    visits                a recipient opens it, proves their identity, reads, fills in and submits
    delivery              messages leave, arrive, bounce and are sent again
    history               what happened is recorded and told to others
    management            the owner sees, changes, ends and erases links
    live                  people who have the same link open see each other and what they do
    files                 files are attached, arrive, are checked, and may be read
    desk                  customers wait for agents, who take and end their calls
    staff                 people who work with links sign in, and see and do what their roles allow

    Beside them in usecases: authentication (who calls), definitions (what links are about), families (links that
    belong together), changes (a link before and after a write), form_parts, form_words and form_rules (schemas of
    forms, the words in them that are ours, and what pages cannot show), form_groups (sections that repeat),
    form_files and form_signatures (questions that ask for either), canonical (one
    text for equal JSON), form_scales (ratings), role_rules (roles that a process may name),
    conditions and condition_rules (questions that are asked only sometimes), form_steps (pages of a form), prefill
    (data that a form begins with) and pointers (places of answers).

Words that newcomers stumble over. docs/glossary.md has them all.

    rid                   public name of a link, which opens nothing; the secret behind the # opens it
    master rid            rid of a family's first link; co-browsing roles and renewals share it and the data
    kind, definition      what a link leads to (form, document, survey, session), and the one that it is about
    dialect               wire format of one vendor or audience
    tier                  level of sensitivity, with its limits
    sent via              what carried a secret: the API's reply, or a message such as email:1
    claim                 random value by which a repeated write recognises its own earlier one
    visit, bind           cookies: a browser's right to return to a link; the browser that a code is for
    ticket                right to open one connection of the live channel, for 30 seconds
    presence              a browser in the room of a link's family; it outlives its connections
    grant                 permission for the tenant's own page to fetch a link's facts once
    delivery, task        state of a link's message over one channel; work for the delivery worker
    fact, entry           something that happened to a link; the fact on record in its timeline
    event, notice         the entry as others see it; the event on its way to one webhook
"""
