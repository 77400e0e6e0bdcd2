// Package protocol encodes and decodes the messages of Locust's master and workers. It
// has no sockets, no goroutines and no clock.
//
// A message is one ZeroMQ frame with one msgpack value, the array [type, data, node_id]
// (locust/rpc/protocol.py). The messages, with the first Locust release that has them
// (2.0.0 where none is named) and their data:
//
//	type               to      since   here               data
//	client_ready       master          ClientReady        version: str, or -1
//	ack                worker  2.10.0  Ack                nil (2.10) or {index}
//	heartbeat          master          Heartbeat          {state, current_cpu_usage, current_memory_usage}
//	heartbeat          worker  2.19.0  HeartbeatEcho      nil
//	spawn              worker          Spawn              {timestamp, user_classes_count, host, stop_timeout, parsed_options}
//	spawning           master          Spawning           nil
//	spawning_complete  master          SpawningComplete   {user_classes_count, user_count}
//	spawning_complete  worker  2.29.0  AllSpawned         {user_count}
//	stats              master          Stats              {stats, stats_total, errors, user_classes_count, user_count}
//	stop               worker          Stop               nil
//	client_stopped     master          ClientStopped      nil
//	quit               both            Quit               nil
//	exception          master          Exception          {msg, traceback}
//	reconnect          worker  2.10.0  Reconnect          nil; not in 2.13.1
//	locustfile         master  2.23.0  LocustfileRequest  {version}
//	locustfile         worker  2.23.0  Locustfile         {filename, contents} (to 2.30), {locustfiles} or {error}
//	update_user_class  worker  2.25.0  UpdateUserClass    {user_class_name, …}
//	logs               master  2.29.0  Logs               {worker_id, logs}
//	any other          both            Custom             any value
//
// A master handles all messages in one greenlet, and an exception there makes it deaf for
// good. So Append sends nothing that a release from 2.0.0 on is known to fail on, whatever
// the values in a message are; and nothing is decoded before Valid has bounded it.
package protocol
